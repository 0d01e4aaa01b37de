"""``nixdrift cache``."""

import re
from datetime import UTC, datetime

import click

from nixdrift.cli.exits import EXIT_FINDINGS
from nixdrift.cli.options import cache_option
from nixdrift.errors import UsageError

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@click.group(
    epilog="""\b
Examples:
  nixdrift cache list
  nixdrift cache prune --days 30 --max-size 2G
  nixdrift cache verify --cache-dir s3://bucket/nixdrift
"""
)
def cache() -> None:
    """Look after what is kept between runs: evaluated commits, and what was judged of them.

    An entry is named by all that it follows from, and never changed; to remove one loses nothing but time.
    """


@cache.command("list")
@cache_option
def list_entries(cache: str | None) -> None:
    """List the entries: name, bytes, and when it was used last, with tabs between."""
    from nixdrift.cache import open_storage

    for one in open_storage(cache).entries():
        used = f"{datetime.fromtimestamp(one.used, UTC):%Y-%m-%dT%H:%M:%SZ}" if one.used else "-"
        click.echo(f"{one.name}\t{one.size}\t{used}")


@cache.command()
@cache_option
@click.option(
    "--days",
    type=click.FloatRange(min=0),
    metavar="N",
    help="Remove what was not used for so long.  [default: 90, without --max-size]",
)
@click.option(
    "--max-size", "size", metavar="SIZE", help="Then remove what was used longest ago until it fits: 500M, 2G."
)
def prune(cache: str | None, days: float | None, size: str | None) -> None:
    """Remove what has not been of use for long; it is worked out again when it is needed."""
    from nixdrift.cache import open_storage
    from nixdrift.pipeline.cache import prune as prune_storage

    most = None if size is None else _bytes(size)
    chosen = 90.0 if days is None and most is None else days
    gone = prune_storage(open_storage(cache), days=chosen, most_bytes=most)
    click.echo(f"removed {len(gone):,} entries, {sum(one.size for one in gone):,} bytes")


@cache.command()
@cache_option
@click.option("--remove", "removes", is_flag=True, help="Remove what is damaged.")
def verify(cache: str | None, removes: bool) -> int:
    """Read every entry, and name those that are damaged. Exit status 1 if there are any."""
    from nixdrift.cache import open_storage
    from nixdrift.pipeline.cache import damaged, remove

    storage = open_storage(cache)
    found = list(damaged(storage))
    for one in found:
        click.echo(f"{one.name}: {one.reason}")
        if removes:
            remove(storage, one)
    entries = sum(1 for _one in storage.entries())
    click.echo(
        f"nixdrift: {len(found):,} damaged{', removed' if removes and found else ''}; {entries:,} entries", err=True
    )
    return EXIT_FINDINGS if found else 0


def _bytes(text: str) -> int:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)i?B?", text.strip(), re.IGNORECASE)
    if match is None:
        raise UsageError(f"not a size: {text}", hint="a number of bytes, or as 500M, 2G")
    return int(float(match[1]) * _UNITS[match[2].upper()])
