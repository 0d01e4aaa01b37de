"""Runs into which a fault is thrown at some moment: the repository stays as it was, and the next run is right."""
