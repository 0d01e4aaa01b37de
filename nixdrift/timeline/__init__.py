"""A line of commits: what became of every component from each to the next, and since when."""
