"""Read store derivations, from JSON of every version and from the store's own files, into one record."""
