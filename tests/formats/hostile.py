"""Arbitrary reports, as hypothesis draws them: whoever writes a repository chooses the names in its report."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from hypothesis import strategies as st

from nixdrift.affected_graph import AffectedEdge, AffectedGraph, AffectedNode, EdgeKind, NodeKind
from nixdrift.changes import Change, ChangeKind
from nixdrift.difference import FieldDifference, InputDifference, OwnDifferences, SourceDifference
from nixdrift.evaluation import FailedAttribute, Position
from nixdrift.judgement import (
    Census,
    Component,
    ComponentJudgement,
    Finding,
    Judgement,
    Level,
    Moved,
    Ownership,
    OwnershipKind,
    Pairing,
    PathJudgement,
    TraceStep,
    UnclaimedDirectory,
    Verdict,
)
from nixdrift.model import StorePath
from nixdrift.report import Report, RevisionInfo
from nixdrift.report.baseline import CHECK, KnownFinding, Settled
from nixdrift.rules import RULES

NASTY = (
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "/absolute/path",
    "a\nb",
    "a\r\nb",
    "a\tb",
    "\x00",
    "\x1b[31mred\x1b]8;;https://example.org\x07link\x1b]8;;\x07",
    "\u202eright-to-left",
    "\u2028separators\u2029\x85\x0b\x0c",
    "\ufeff\ufffe\uffff",
    "::error::injected",
    "\n::error file=a,line=1::injected",
    "\r::stop-commands::token",
    "##[error]injected",
    "##vso[task.complete result=Failed;]",
    "%0A::warning::injected",
    "file=a,line=2,title=b::c",
    "100%25",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</details></td></tr></table><h1>out</h1>",
    "<!-- comment",
    "-->",
    "]]>",
    "<![CDATA[",
    "&amp;&lt;&#x3c;&copy",
    '" onmouseover="alert(1)',
    "'single'",
    "`backtick` ``two`` ```three",
    "```\nfence\n```",
    "a | b || c \\| d",
    "\\",
    "\\n",
    "[link](javascript:alert(1))",
    "![image](https://example.org/x.png)",
    "[ref]: https://example.org",
    "https://example.org/?a=b&c=d",
    "www.example.org someone@example.org",
    "@mention @org/team",
    "#123 owner/name#45 !67",
    "# heading",
    "- [ ] task",
    "> quote",
    "1. item",
    "---",
    "===",
    "**bold** _italic_ ~~gone~~ *",
    ":rocket: :+1:",
    "$math$ $$more$$",
    "mermaid; end\nsubgraph x[y]",
    'click a "javascript:alert(1)"',
    "%%{init: {}}%%",
    'digraph { a -> b [label="x"]; }',
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "a,b;c\td",
    "{{ template }} ${{ secrets.TOKEN }} ${variable} $(command)",
    "\udcff\udc80",
    "e\u0301 \U0001f680 \u4e2d\u6587",
    "x" * 300,
)
"""Names that say something to a terminal, a browser, a spreadsheet, a runner or a parser."""

encodable_texts = st.sampled_from([text for text in NASTY if text.isascii() or "\udcff" not in text]) | st.text(
    max_size=12
)
"""Texts that UTF-8 can write: all that a JSON report can hold."""

texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=12)
"""Any text at all, of lone surrogates too."""

paths = st.sampled_from([*NASTY, "src/main.go", "a/b c/d:e,f%g"]) | st.binary(max_size=12).map(
    lambda name: name.decode("utf-8", "surrogateescape")
)
"""Paths as git and the file system give them: any bytes."""

counts = st.integers(0, 10**6)
positions = st.builds(Position, paths, st.integers(0, 10**6))
store_paths = st.sampled_from(
    [StorePath(f"/nix/store/{'0' * 31}{digit}-{name}") for digit, name in ((1, "a.drv"), (2, "b.drv"), (3, "c"))]
)


Drawn = TypeVar("Drawn")


def several(one: st.SearchStrategy[Drawn], most: int = 3) -> st.SearchStrategy[tuple[Drawn, ...]]:
    return st.lists(one, max_size=most).map(tuple)


traces = several(
    st.builds(
        TraceStep,
        st.sampled_from(["path", "input-source", "derivation", "evaluation", "component", "break"]),
        texts,
        st.none() | store_paths,
    ),
    5,
)
components = st.builds(
    Component,
    texts,
    st.sampled_from(Pairing),
    st.none() | store_paths,
    st.none() | store_paths,
    several(texts),
    st.none() | positions,
    is_root=st.booleans(),
)
path_judgements = st.builds(
    PathJudgement,
    st.builds(Change, paths, st.sampled_from(ChangeKind)),
    st.builds(Ownership, st.sampled_from(OwnershipKind), texts),
    st.sampled_from(Verdict),
    texts,
    traces,
    several(texts),
)
outputs = st.dictionaries(st.sampled_from(["out", "dev"]), st.none() | store_paths, max_size=2)
component_judgements = st.builds(
    ComponentJudgement,
    components,
    st.sampled_from(Verdict),
    texts,
    st.sampled_from(Moved),
    several(path_judgements),
    several(texts),
    outputs,
    outputs,
)
rule_names = st.sampled_from([rule.id for rule in RULES]) | encodable_texts
findings = st.builds(
    Finding,
    rule_names,
    st.sampled_from(Level),
    st.none() | texts,
    several(paths),
    texts,
    texts,
    traces,
    texts,
    st.none() | positions,
    st.sampled_from(["0123456789abcdef", "fedcba9876543210"]) | encodable_texts,
)
field_names = st.sampled_from(["name", "system", "builder", "args", "output", "env", "attribute"])
failures = several(st.builds(FailedAttribute, texts, texts))
judgements = st.builds(
    Judgement,
    several(component_judgements, 4),
    several(st.builds(UnclaimedDirectory, paths, several(paths), several(paths))),
    several(paths),
    several(paths),
    several(paths),
    st.builds(Census, *[counts] * 13),
)
differences = st.dictionaries(
    texts,
    st.builds(
        OwnDifferences,
        several(st.builds(FieldDifference, field_names, st.none() | texts, st.none() | texts, st.none() | texts)),
        several(
            st.builds(SourceDifference, texts, st.none() | several(paths), st.none() | several(paths), several(paths))
        ),
        several(st.builds(InputDifference, texts, st.none() | texts, st.none() | texts)),
    ),
    max_size=2,
)
nodes = st.builds(
    AffectedNode,
    st.sampled_from(NodeKind),
    texts,
    st.none() | store_paths,
    st.none() | texts,
    st.none() | st.sampled_from(Verdict),
    st.integers(1, 10**6),
)
revisions = st.builds(
    RevisionInfo,
    st.none() | encodable_texts,
    st.none() | st.just("0123456789" * 4) | encodable_texts,
    st.none() | st.just("fedcba9876" * 4),
    st.none() | encodable_texts,
    st.none() | encodable_texts,
)


@st.composite
def graphs(draw: st.DrawFn) -> AffectedGraph:
    """Draw a graph whose edges lead somewhere, as those of every report that can be read do."""
    drawn = draw(several(nodes, 5))
    places = st.integers(0, len(drawn) - 1)
    edges = st.builds(AffectedEdge, places, places, st.sampled_from(EdgeKind))
    return AffectedGraph(drawn, draw(several(edges, 6)) if drawn else (), draw(st.sampled_from([0, 7])))


@st.composite
def settlements(draw: st.DrawFn, found: tuple[Finding, ...]) -> Settled:
    """Draw what is known of findings: some of them, some that are expired, and some that are gone."""
    days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
    entries: dict[str, Mapping[str, KnownFinding]] = {}
    for name in ("known", "expired"):
        chosen = draw(st.lists(st.sampled_from(found), max_size=3)) if found else []
        entries[name] = {
            one.fingerprint: KnownFinding(one.fingerprint, one.rule, None, (), "known", CHECK, draw(days))
            for one in chosen
        }
    late = {mark: one for mark, one in entries["expired"].items() if mark not in entries["known"]}
    gone = several(st.builds(KnownFinding, encodable_texts, rule_names, st.none(), st.just(()), texts, st.just(CHECK)))
    return Settled(entries["known"], late, draw(st.none() | gone))


@st.composite
def hostile_reports(draw: st.DrawFn) -> Report:
    """Draw a report in which every name is any text."""
    found = draw(several(findings, 4))
    return Report(
        draw(revisions),
        draw(revisions),
        draw(judgements),
        found,
        draw(failures),
        draw(failures),
        draw(st.none() | settlements(found)),
        draw(differences),
        draw(st.none() | graphs()),
    )
