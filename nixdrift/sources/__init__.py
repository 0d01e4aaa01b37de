"""Which repository path an input source is made from, with its evidence."""

from nixdrift.sources.contents import Listing, ListSource, StoredSources, list_source, match_listing
from nixdrift.sources.local import Evidence, LocalSource
from nixdrift.sources.objects import object_of
from nixdrift.sources.proof import Prover

__all__ = [
    "Evidence",
    "ListSource",
    "Listing",
    "LocalSource",
    "Prover",
    "StoredSources",
    "list_source",
    "match_listing",
    "object_of",
]
