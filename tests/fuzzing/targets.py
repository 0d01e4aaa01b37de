"""What is fuzzed: everything that nixdrift reads and has not written itself a moment ago.

A target reads an input and uses what it got, for much is read when it is asked for. It raises a `NixdriftError` to
refuse; whatever else it raises is a finding, also an `AssertionError` where two ways to an answer do not agree.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.fuzzing import seeds
from tests.fuzzing.json_mutation import mutate as mutate_json
from tests.fuzzing.mutation import ANY_BYTES, Mutator, between
from tests.fuzzing.reading import derivations, lists, others, projects, reports, snapshots


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of input."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    mutators: Sequence[Mutator]


_JSON = (*[mutate_json] * 2 * len(ANY_BYTES), *ANY_BYTES)
"""Two of three times the document is damaged, and else its bytes."""
_LINES = (*[between(b"\n")] * len(ANY_BYTES), *ANY_BYTES)
_FIELDS = (*[between(b"\0")] * len(ANY_BYTES), *_LINES)
_PARTS = (*[between(b",")] * len(ANY_BYTES), *ANY_BYTES)

TARGETS: Mapping[str, Target] = {
    "dump": Target(derivations.read_a_dump, seeds.dumps, _JSON),
    "twins": Target(derivations.read_two_dumps, seeds.twins, (derivations.damage_one_twin, *ANY_BYTES)),
    "aterm": Target(derivations.read_a_text, seeds.derivations, _PARTS),
    "attributes": Target(others.read_attributes, lambda: seeds.ATTRIBUTES, _JSON),
    "snapshot": Target(snapshots.read_a_file, seeds.snapshots, ANY_BYTES),
    "snapshot-content": Target(snapshots.read_a_content, seeds.contents, _LINES),
    "snapshot-document": Target(snapshots.read_a_document, seeds.documents, _JSON),
    "report": Target(reports.read_and_render, seeds.reports, _JSON),
    "baseline": Target(reports.read_known_findings, seeds.baselines, _JSON),
    "configuration": Target(projects.read_a_configuration, lambda: seeds.CONFIGURATIONS, _LINES),
    "flake": Target(projects.read_a_flake, lambda: seeds.FLAKES, _LINES),
    "flake-lock": Target(projects.read_a_flake_lock, lambda: seeds.LOCKS, _JSON),
    "other-locks": Target(projects.read_other_locks, lambda: seeds.OTHER_LOCKS, _LINES),
    "jobs": Target(lists.read_job_lines, lambda: seeds.JOBS, (*_LINES, lists.damage_one_line)),
    "changes": Target(lists.read_changes, lambda: seeds.CHANGES, _FIELDS),
    "closure": Target(lists.read_a_closure, seeds.closures, (*_JSON, *_LINES)),
    "file": Target(others.read_a_file, lambda: seeds.FILES, _LINES),
    "cache": Target(others.read_a_cache_entry, lambda: seeds.ATTRIBUTES, _JSON),
    "message": Target(lists.read_a_message, lambda: seeds.MESSAGES, _LINES),
}
