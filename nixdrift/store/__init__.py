"""Nix's own formulas, pure: base32, hashes, NAR, store paths, and the outputs that a derivation promises."""
