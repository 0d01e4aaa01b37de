"""Reads an input of each kind, and uses what was read."""
