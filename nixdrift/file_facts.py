"""What git says of the files of one revision, beyond what its tree holds."""

from dataclasses import dataclass

from nixdrift.tree import is_below

ARCHIVE_ATTRIBUTES = ("export-ignore", "export-subst")
"""The attributes by which what git exports differs from what it records."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts about files, by their paths in the repository."""

    left_out: frozenset[str] = frozenset()
    """Paths with the attribute ``export-ignore``: with all that is below them, they are in no archive."""
    rewritten: frozenset[str] = frozenset()
    """Paths with the attribute ``export-subst``: their content in an archive depends on the commit."""
    ignored: tuple[str, ...] = ()
    """Of a working tree: paths that git ignores, sorted; of a directory (``build/``) all that is in it."""

    def is_left_out(self, path: str) -> bool:
        """Tell whether a path is in no archive."""
        return any(is_below(path, place) for place in self.left_out)
