"""What fixed-output derivations ask for, and whether two of them ask for the same thing."""

from nixdrift.fetches.change import FetchChange
from nixdrift.fetches.fetch import Fetch, ask_alike, read_fetch
from nixdrift.fetches.relation import Relation, relation
from nixdrift.fetches.written import shortened, written_address

__all__ = ["Fetch", "FetchChange", "Relation", "ask_alike", "read_fetch", "relation", "shortened", "written_address"]
