"""The incident, as a repository that is made on the spot and judged merge by merge."""
