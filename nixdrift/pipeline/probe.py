"""Evaluation fuzzing, step by step: plan, change all that inputs hold at once, then search the rest by halving."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, partial

from nixdrift import __version__
from nixdrift.cache import Records, key_of, open_storage
from nixdrift.comparison.directories import Directories
from nixdrift.comparison.discovery import components_of
from nixdrift.comparison.links import Links
from nixdrift.comparison.lookup import component_named
from nixdrift.comparison.ownership import Owners
from nixdrift.comparison.side import Side
from nixdrift.config import Config
from nixdrift.errors import InvalidInputError
from nixdrift.graph import build_graph
from nixdrift.group_testing import Paths, decide, most_questions
from nixdrift.judgement import Component
from nixdrift.model import StorePath
from nixdrift.nix import Surroundings, surroundings_of
from nixdrift.pipeline.laboratory import Laboratory
from nixdrift.pipeline.session import Session, open_evaluator, open_session, read_project_of
from nixdrift.pipeline.snapshot import question_of
from nixdrift.probe.cache import VERSION, decode, encode
from nixdrift.probe.facts import Fact, Kind, fact_of
from nixdrift.probe.findings import probe_findings
from nixdrift.probe.plan import Plan, make_plan, reach_from
from nixdrift.probe.result import ProbeCensus, ProbeReport, outcome_of
from nixdrift.progress import Progress
from nixdrift.request import ProbeRequest

_KIND = "probes"

_TOO_MANY = "so few evaluations did not suffice (--limit)"

Question = tuple[str, str]
"""Component, path."""


def probe(request: ProbeRequest) -> ProbeReport:
    """Find out which files influence which components.

    Raises `NixdriftError` where that cannot be done.
    """
    with open_session(request) as session:
        config = session.config()
        laboratory = _open(request, session, config)
        owners = _owners(laboratory, config)
        chosen = _chosen(laboratory, request.components)
        scope = _Scope.of(laboratory.side, owners, chosen if request.components else None, config)
        plan = make_plan(laboratory.side, owners, chosen, scope.paths, is_about_anything=not request.components)
        records = _records(request, laboratory)
        key = _key(laboratory)
        facts = dict(decode(records.load_value(_KIND, key)) if records else {})
        known = len(plan.questions & facts.keys())
        request.progress(Progress(estimate(plan, facts)))
        try:
            learn(laboratory, plan, config, facts, request.most_evaluations)
        finally:
            if records is not None:
                records.store_value(_KIND, key, encode(facts))
        census = ProbeCensus(
            components=len(chosen),
            paths=len(plan.paths),
            expression_paths=len(plan.expressions),
            housekeeping_paths=scope.housekeeping,
            ignored_paths=scope.ignored,
            evaluations=laboratory.evaluations,
            known_facts=known,
        )
        open_facts = {one: Fact(Kind.OPEN, _TOO_MANY) for one in plan.questions - facts.keys()}
        probed = outcome_of(plan, chosen, facts | open_facts, census)
        evaluation = laboratory.side.evaluation
        info = laboratory.revision.info(evaluation)
        return ProbeReport(info, probed, probe_findings(probed, config), evaluation.failed)


def _open(request: ProbeRequest, session: Session, config: Config) -> Laboratory:
    project = read_project_of(session)
    commit, _everything = session.commits(project, request.revision)
    revision = session.revision(commit)
    evaluator = open_evaluator(session, project)
    request.progress(Progress(f"evaluating {commit.revision}", 1))
    evaluation = evaluator.evaluate_something(revision)
    tracer = session.tracer(evaluator.nix.store_dir, evaluator.nix.physical_store)
    graph = build_graph(evaluation.derivations, source=commit.revision)
    side = tracer.trace_alone(Side(evaluation, graph, revision.tree, {}))
    return Laboratory(evaluator, tracer, revision, side, components_of(side, config))


def _owners(laboratory: Laboratory, config: Config) -> Owners:
    side, private = laboratory.side, laboratory.evaluator.session.private
    directories = Directories([laboratory.revision.tree], private.blob)
    return Owners(side, side, laboratory.components, config, directories, Links(side.tree, private.blob))


def _chosen(laboratory: Laboratory, names: Iterable[str]) -> tuple[Component, ...]:
    """Give the components that were named, as people know them; all where none was."""
    components = laboratory.components
    return tuple(dict.fromkeys(component_named(name, components) for name in names)) or components


@dataclass(frozen=True)
class _Scope:
    """The paths to be changed, and how many others were left out for what they are."""

    paths: tuple[str, ...]
    housekeeping: int
    ignored: int

    @classmethod
    def of(cls, side: Side, owners: Owners, chosen: tuple[Component, ...] | None, config: Config) -> "_Scope":
        """Take all paths of a revision, or those of some components; documentation only where an input holds it."""
        tree = side.tree
        every = sorted(tree.files_below("")) if tree else []
        mine = every if chosen is None else [path for path in every if owners.of(path).keys() & set(chosen)]
        ignored = [path for path in mine if config.ignore.match(path)]
        rest = [path for path in mine if not config.ignore.match(path)]
        housekeeping = [path for path in rest if config.housekeeping.match(path) and not side.holders(path)]
        kept = sorted(set(rest) - set(housekeeping))
        return cls(tuple(kept), len(housekeeping), len(ignored))


def estimate(plan: Plan, facts: Mapping[Question, Fact]) -> str:
    """Say what a probe will cost at the least, and what every file adds that evaluation reads."""
    held = {path for name, paths in plan.held.items() for path in paths if (name, path) not in facts}
    left = {path for name, paths in plan.open.items() for path in paths if (name, path) not in facts}
    least = 1 + bool(held) + bool(left)
    each = most_questions(len(left), 1) - 1 if left else 0
    more = f", and up to {each} for each file that evaluation reads" if each > 0 else ""
    return f"{len(held | left)} paths to be changed: {least} evaluations{more}"


def learn(laboratory: Laboratory, plan: Plan, config: Config, facts: dict[Question, Fact], limit: int) -> None:
    """Answer the questions of a plan that are open, and add the answers to the facts."""
    _confirm(laboratory, plan, config, facts)
    _search(laboratory, plan, facts, limit)


def _confirm(laboratory: Laboratory, plan: Plan, config: Config, facts: dict[Question, Fact]) -> None:
    """Change all paths at once that inputs seem to hold, and see whether those inputs follow."""
    asked = {(name, path) for name, paths in plan.held.items() for path in paths} - facts.keys()
    groups = deque([frozenset(path for _name, path in asked)])
    while groups:
        group = groups.popleft()
        if not group:
            continue
        variant = laboratory.variant(group)
        mine = {question for question in asked if question[1] in group}
        if isinstance(variant, Side):
            facts.update(_followed(laboratory.side, variant, mine, config))
        elif len(group) == 1:
            # Evaluation cannot do without the path as it is: so it takes it.
            facts.update(dict.fromkeys(mine, Fact(Kind.READ)))
        else:
            ordered = sorted(group)
            groups.extend(frozenset(ordered[place::2]) for place in range(2))


def _followed(before: Side, after: Side, questions: Iterable[Question], config: Config) -> Mapping[Question, Fact]:
    """Tell of paths that inputs held, and that all have changed, whether they are inputs with their new content."""
    try:
        derivations = {one.name: one.after for one in components_of(after, config)}
    except InvalidInputError:
        # What is declared bears a name that evaluation reads, and that was changed: each path is asked by itself.
        return {}
    # Many paths share few sources and components: each is walked from once.
    reach, closure = cache(partial(reach_from, after)), cache(lambda path: after.graph.closure([path]))
    facts = {}
    for name, path in questions:
        derivation = derivations.get(name)
        if derivation is None:
            continue
        if any(derivation in reach(source).effectively for source in _holders(after, path)):
            facts[name, path] = Fact(Kind.INPUT)
        elif closure(derivation).intersection(source.path for source in before.holders(path)):
            facts[name, path] = Fact(Kind.PINNED)
    return facts


def _holders(side: Side, path: str) -> Iterator[StorePath]:
    """Give the input sources that hold a path with the content that it has in the side's tree."""
    tree = side.tree
    holders = side.holders(path) if tree else ()
    return (one.path for one in holders if tree and one.holds(path, tree) == tree.entries.get(path))


def _search(laboratory: Laboratory, plan: Plan, facts: dict[Question, Fact], limit: int) -> None:
    """Find the paths that evaluation takes by itself; what inputs were thought to hold and do not is asked, too."""
    questions: dict[str, Paths] = {}
    for name, path in plan.questions - facts.keys():
        questions[name] = questions.get(name, frozenset()) | {path}
    if questions:
        search = laboratory.experiment(frozenset(questions))
        answers = decide(questions, search, limit=limit - laboratory.evaluations)
        facts.update(
            {(name, path): _named(fact_of(answer), laboratory.side, path) for (name, path), answer in answers.items()}
        )


def _named(fact: Fact, side: Side, path: str) -> Fact:
    """Call what evaluation takes an input where an input source holds it."""
    return Fact(Kind.INPUT) if fact.kind is Kind.READ and side.holders(path) else fact


def _records(request: ProbeRequest, laboratory: Laboratory) -> Records | None:
    """Give where facts are kept: nowhere, if they may be others tomorrow."""
    if not request.keeps or _surroundings(laboratory).changing is not None:
        return None
    return Records(open_storage(request.cache), request.warn)


def _surroundings(laboratory: Laboratory) -> Surroundings:
    evaluator = laboratory.evaluator
    entry = evaluator.project.entry(laboratory.revision.tree)
    return surroundings_of(evaluator.nix, is_flake=evaluator.project.is_flake(entry or ""))


def _key(laboratory: Laboratory) -> str:
    """Name what the facts follow from: the files, and how they are evaluated."""
    evaluator, evaluation = laboratory.evaluator, laboratory.side.evaluation
    project, settings = evaluator.project, evaluator.nix.settings
    return key_of(
        {
            "version": VERSION,
            "tool": __version__,
            "tree": laboratory.revision.commit.tree,
            "nix": evaluation.nix_version,
            "system": evaluation.system,
            "store": evaluation.store_dir,
            "asked": asdict(question_of(project, settings)),
            "around": _surroundings(laboratory).places,
        }
    )
