"""Run nixdrift as ``python -m nixdrift``."""

from nixdrift.cli import main

if __name__ == "__main__":
    main()
