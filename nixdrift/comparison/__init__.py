"""Base and head, compared: which component owns a change, whether it saw it, and what follows."""
