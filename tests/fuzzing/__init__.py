"""Fuzzing: whatever nixdrift reads is read damaged; each input has a right answer, or is refused in one line.

`python -m tests.fuzzing --seconds 60` searches, `test_fuzzing` holds what was found. An input is made from a seed and
a number, and the same from the same.
"""
