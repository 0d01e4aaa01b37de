"""The mutation study: a generated project, every wiring fault put into every component of it, and healthy merges."""
