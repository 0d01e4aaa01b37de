"""Evaluation fuzzing: change files, evaluate, and see what moves. Nothing is built, and no change is needed."""
