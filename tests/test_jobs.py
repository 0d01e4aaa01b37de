"""What ``nix-eval-jobs`` wrote is read whole, or refused with the line that is wrong."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nixdrift.errors import IncompleteGraphError, InvalidInputError
from nixdrift.jobs import Job, JobList, read_jobs
from nixdrift.nix import format_attribute_path, parse_attribute_path
from tests.graphs import drv_path
from tests.jobs import failure, job, lines

TWO = [job("goinstance", number=1), job("platform", number=2)]


def read(*records: dict[str, Any]) -> JobList:
    return read_jobs({"jobs": lines(records)})


def base_name(number: int, name: str) -> str:
    return drv_path(name, number).rpartition("/")[2]


def test_a_line_is_an_attribute_and_its_derivation() -> None:
    assert read(*TWO) == JobList(
        (
            Job(("goinstance",), base_name(1, "goinstance"), system="x86_64-linux"),  # type: ignore[arg-type]
            Job(("platform",), base_name(2, "platform"), system="x86_64-linux"),  # type: ignore[arg-type]
        ),
        "/nix/store",
    )


DRV = '"/nix/store/00000000000000000000000000000001-c.drv"'
RECORDED = {
    "before there was attrPath": ("""{"attr":"c.x86_64-linux","drvPath":DRV,"name":"c","system":"x86_64-linux"}"""),
    "with its inputs": (
        """{"attr":"c","attrPath":["c"],"drvPath":DRV,"inputDrvs":{DRV:["out"]},"name":"c","outputs":{"out":"x"}}"""
    ),
    "with the state of the cache": (
        """{"attr":"\\"a.b\\".c","attrPath":["a.b","c"],"cacheStatus":"notBuilt","drvPath":DRV,"isCached":false,"""
        """"neededBuilds":[DRV],"neededSubstitutes":[],"outputs":{"out":null},"system":"aarch64-linux"}"""
    ),
    "with all that was said of it": (
        """{"attr":"c","attrPath":["c"],"constituents":[],"drvPath":DRV,"extraValue":{"error":"none","drvPath":1},"""
        """"globConstituents":false,"meta":{"attr":1,"position":"x:1"},"namedConstituents":[],"""
        """"requiredSystemFeatures":["kvm"],"traces":["t"],"warnings":["old"]}"""
    ),
    "the expression itself": """{"attr":"","attrPath":[],"drvPath":DRV}""",
    "by other hands, with a field that is null": """{"attrPath":["c"],"error":null,"drvPath":DRV}""",
}
PATHS = [("c", "x86_64-linux"), ("c",), ("a.b", "c"), ("c",), (), ("c",)]


@pytest.mark.parametrize(("name", "path"), [*zip(RECORDED, PATHS, strict=True)])
def test_every_shape_that_there_was_is_read(name: str, path: tuple[str, ...]) -> None:
    (found,) = read_jobs({"jobs": RECORDED[name].replace("DRV", DRV).encode() + b"\n"}).jobs
    assert (found.path, found.drv_path, found.error) == (path, base_name(1, "c"), "")


def test_what_does_not_evaluate_is_kept_with_its_message() -> None:
    broken = failure("platform", error="error: no")
    aggregate = {**job("all", number=3), "constituents": [], "error": "platform: error: no\n"}
    found = read(TWO[0], broken, aggregate)
    assert [(one.path, one.error) for one in found.jobs if one.drv_path is None] == [
        (("platform",), "error: no"),
        (("all",), "platform: error: no\n"),
    ]
    assert read(broken).store_dir is None


def test_several_files_are_one_list() -> None:
    found = read_jobs({"a": lines(TWO[:1]), "b": lines(TWO[1:])})
    assert found == read(*TWO)


def test_blank_lines_and_another_systems_line_ends_are_nothing() -> None:
    data = b"\xef\xbb\xbf\n" + lines(TWO).replace(b"\n", b"\r\n") + b"\n  \n"
    assert read_jobs({"jobs": data}) == read(*TWO)


GOOD = lines(TWO)
OTHER_STORE = drv_path("platform", 2, "/gnu/store")
REFUSED = {
    "an empty file": (b"", "^jobs is empty"),
    "blank lines": (b"\n \n", "^jobs is empty"),
    "a line without an end": (GOOD[:-1], "^jobs is cut off: its last line, 2, has no end"),
    "a line that breaks off": (GOOD[:-9] + b"\n", "^jobs: line 2 is no JSON"),
    "two records in one line": (GOOD.replace(b"\n", b"", 1), "^jobs: line 1 is no JSON"),
    "an error message": (b"error: no such flake\n", "^jobs: line 1 is no JSON"),
    "what is compressed": (b"\x1f\x8b\x08\x00\n", "^jobs: line 1 is no JSON"),
    "a dump of derivations": (b'{"derivations":{},"version":4}\n', "line 1 names no attribute"),
    "a list": (b"[]\n", "line 1 holds a list, not an object"),
    "an attribute twice": (GOOD + lines(TWO[:1]), "line 3 has goinstance once more"),
    "a key twice": (GOOD.replace(b'"attrPath"', b'"attrPath":["x"],"attrPath"', 1), "line 1 has two values under one"),
    "an attribute that is no list of texts": (lines([{**TWO[0], "attrPath": ["a", 1]}]), "line 1 has an 'attrPath'"),
    "a name that is none": (lines([{"attr": 'a."b', "drvPath": TWO[0]["drvPath"]}]), "line 1 names no attribute: "),
    "neither a derivation nor an error": (lines([{"attrPath": ["a"], "attrs": ["b"]}]), "line 1 has neither 'drvPath'"),
    "a path that is none": (lines([{**TWO[0], "drvPath": "goinstance.drv"}]), "line 1 is no store path"),
    "an output": (lines([{**TWO[0], "drvPath": TWO[0]["outputs"]["out"]}]), "line 1 has no derivation as 'drvPath'"),
    "a number for a path": (lines([{**TWO[0], "drvPath": 1}]), "line 1 has a number as 'drvPath', not a text"),
    "two stores": (lines([TWO[0], {**TWO[1], "drvPath": OTHER_STORE}]), "line 2 is of the store '/gnu/store'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_of_jobs_is_refused_with_its_line(name: str) -> None:
    data, complaint = REFUSED[name]
    with pytest.raises(InvalidInputError, match=complaint) as raised:
        read_jobs({"jobs": data})
    assert raised.value.hint


def test_an_evaluation_that_was_given_up_is_no_list_of_all_jobs() -> None:
    with pytest.raises(IncompleteGraphError, match="line 2: the evaluation was given up at big: error: stack overflow"):
        read(TWO[0], failure("big", error="error: stack overflow\n", fatal=True))


def test_what_was_evaluated_goes_before_every_name() -> None:
    found = read(*TWO).below(("packages", "x86_64-linux"))
    assert [one.path for one in found.jobs] == [
        ("packages", "x86_64-linux", "goinstance"),
        ("packages", "x86_64-linux", "platform"),
    ]


SYSTEMS = [
    job("x86_64-linux", "goinstance", number=1),
    job("aarch64-linux", "goinstance", number=2, system="aarch64-linux"),
    job("x86_64-linux", "nested", "goinstance", number=3),
]


@pytest.mark.parametrize(
    ("prefix", "pattern", "numbers"),
    [
        ((), "goinstance", {1, 2}),
        ((), "x86_64-linux.goinstance", {1}),
        ((), "x86_64-linux", {1, 3}),
        ((), "x86_64-linux.*", {1, 3}),
        ((), "nested.goinstance", {3}),
        (("packages",), "goinstance", {1, 2}),
        (("packages",), "packages", {1, 2, 3}),
        (("packages",), "packages.*.goinstance", {1, 2}),
        (("checks",), "goinstance", set()),
        ((), "platform", set()),
    ],
)
def test_a_root_is_looked_for_where_nix_does(prefix: tuple[str, ...], pattern: str, numbers: set[int]) -> None:
    chosen, missing = read(*SYSTEMS).below(prefix).select([parse_attribute_path(pattern)])
    assert {int(str(one.drv_path)[:32]) for one in chosen.jobs} == numbers
    assert missing == (() if numbers else (pattern,))


# --- laws

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["a.b", "x86_64-linux", 'q"', "*"]
)
paths = st.lists(names, max_size=4).map(tuple)
systems = st.none() | st.sampled_from(["x86_64-linux", "aarch64-darwin"])


@st.composite
def job_lists(draw: st.DrawFn) -> list[Job]:
    found = []
    for number, path in enumerate(draw(st.lists(paths, min_size=1, max_size=6, unique=True)), 1):
        fails = draw(st.booleans())
        text = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
        made = Job(path, error=text) if fails else Job(path, base_name(number, "x"), system=draw(systems))  # type: ignore[arg-type]
        found.append(made)
    return found


def written(jobs: list[Job]) -> bytes:
    """Write jobs with all that is not read beside them."""
    return lines(
        {
            "attr": "anything",
            "attrPath": list(one.path),
            "meta": {"error": "no", "drvPath": ["\n"]},
            **({"system": one.system} if one.system else {}),
            **({"drvPath": f"/nix/store/{one.drv_path}"} if one.drv_path else {"error": one.error, "fatal": False}),
        }
        for one in jobs
    )


@given(job_lists())
def test_whatever_is_written_is_read_back(jobs: list[Job]) -> None:
    assert list(read_jobs({"jobs": written(jobs)}).jobs) == jobs


@given(job_lists(), st.data())
def test_a_file_that_ends_within_a_line_is_refused(jobs: list[Job], data: st.DataObject) -> None:
    whole = written(jobs)
    short = whole[: data.draw(st.integers(0, len(whole) - 1))]
    if not short or not short.endswith(b"\n"):
        with pytest.raises(InvalidInputError):
            read_jobs({"jobs": short})
    else:
        # Nothing in the format says how many lines there are: what is cut between two of them is a shorter list.
        assert list(read_jobs({"jobs": short}).jobs) == jobs[: short.count(b"\n")]


@given(job_lists(), st.data())
def test_a_damaged_byte_is_an_error_and_never_loses_a_job(jobs: list[Job], data: st.DataObject) -> None:
    damaged = bytearray(written(jobs))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_jobs({"jobs": bytes(damaged)})
    except InvalidInputError:
        return
    assert len(found.jobs) == len(jobs)


@given(paths)
def test_parts_of_a_name_are_quoted_so_that_two_names_are_never_one(path: tuple[str, ...]) -> None:
    data = lines([{"attr": format_attribute_path(path), "drvPath": drv_path("x", 1)}])
    (found,) = read_jobs({"jobs": data}).jobs
    assert found.path == path


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from([b"{", b"}", b'"attr"', b":", b"\n", b"[", b"1"])).map(b"".join)
)
def test_no_bytes_make_it_fail_otherwise(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_jobs({"jobs": data})


def test_it_is_the_first_wrong_line_that_is_named() -> None:
    data = lines(TWO) + b"{}\n" + orjson.dumps([]) + b"\n"
    with pytest.raises(InvalidInputError, match="line 3 "):
        read_jobs({"jobs": data})
