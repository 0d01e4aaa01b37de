"""Find Nix components whose sources changed while their output did not."""

__version__ = "0.1.0"
