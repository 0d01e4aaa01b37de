"""What is deployed, whoever says so, and how it compares with what a revision evaluates to."""

from nixdrift.deployment.coverage import Coverage, Wanted, coverage
from nixdrift.deployment.deployed import Deployed
from nixdrift.deployment.known import check_system, foreign, known_paths, names_without_path
from nixdrift.deployment.listing import parse_listing

__all__ = [
    "Coverage",
    "Deployed",
    "Wanted",
    "check_system",
    "coverage",
    "foreign",
    "known_paths",
    "names_without_path",
    "parse_listing",
]
