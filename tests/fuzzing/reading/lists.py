"""Lists of jobs, of changes and of store paths; what Nix says when it fails."""

from random import Random

from nixdrift.changes import parse_name_status, shown, unquoted
from nixdrift.deployment import parse_listing
from nixdrift.jobs import read_jobs
from nixdrift.nix import parse_attribute_path
from nixdrift.nix.messages import message_of
from nixdrift.store.paths import is_store_path
from tests.fuzzing.json_mutation import mutate


def read_job_lines(data: bytes) -> None:
    found = read_jobs({"jobs": data})
    assert found.jobs
    found.below(("packages",)).select([parse_attribute_path("a"), parse_attribute_path("packages.a")])


def damage_one_line(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    lines[place] = mutate(lines[place], random)
    return b"\n".join(lines)


def read_changes(data: bytes) -> None:
    changes = parse_name_status(data, source="a list")
    paths = [change.path for change in changes]
    assert len({*paths}) == len(paths)
    for path in paths:
        assert path
        assert "\0" not in path
        assert not path.startswith("/")
        assert unquoted(shown(path).encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape") == path


def read_a_closure(data: bytes) -> None:
    found = parse_listing(data, source="a list")
    assert found.paths
    assert all(map(is_store_path, found.paths))
    assert found.sizes.keys() <= found.paths


def read_a_message(data: bytes) -> None:
    assert message_of(data.decode("utf-8", "replace"))
