"""The mutation study: a generated project, faults injected into its wiring one by one, and random healthy merges."""
