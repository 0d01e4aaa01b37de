"""Each question, step by step: read, find the changes, compare, apply the rules."""
