"""Options that several commands share; see `nixdrift.cli.given` for how they become a request."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from nixdrift.cli.files import FILE, as_path
from nixdrift.comparison.mode import Counterfactual
from nixdrift.levels import Level

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]


def all_of(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Put several options together; `--help` lists them in this order."""

    def decorate(command: Command) -> Command:
        for one in reversed(decorators):
            command = one(command)
        return command

    return decorate


repository_options = all_of(
    click.option(
        "-C",
        "--repository",
        type=click.Path(),
        callback=as_path,
        default=".",
        metavar="PATH",
        help="Where the repository is.  [default: here]",
    ),
)

root_options = all_of(
    click.argument("roots", nargs=-1, metavar="[ROOT]..."),
    click.option(
        "-A",
        "--attr",
        "--root",
        "attributes",
        multiple=True,
        metavar="ROOT",
        help="Judge this; the same as ROOT, and may be given between other options.",
    ),
)

attribute_options = all_of(
    click.option(
        "-A",
        "--attr",
        "--root",
        "attributes",
        multiple=True,
        metavar="ROOT",
        help="Evaluate this attribute path only; may be given several times.",
    ),
)

revision_options = all_of(
    click.option(
        "--base",
        metavar="REV",
        help="Compare with this.  [default: in CI what was there before the change, else the first parent of head]",
    ),
    click.option("--head", metavar="REV", help="Judge this.  [default: HEAD]"),
    click.option("--worktree", is_flag=True, help="Judge the working tree: staged, unstaged and untracked files."),
)

graph_options = all_of(
    click.option(
        "--base-graph",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="Take base from a snapshot, or a dump as `nix derivation show -r` writes it; - is stdin.",
    ),
    click.option(
        "--head-graph",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="Take head from a snapshot or a dump. Where one side is a snapshot, the other may be evaluated.",
    ),
    click.option(
        "--base-jobs",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="Take base from what `nix-eval-jobs` wrote of it; the store, or --base-graph, has the derivations.",
    ),
    click.option(
        "--head-jobs", multiple=True, type=FILE, metavar="FILE", help="Take head from what `nix-eval-jobs` wrote of it."
    ),
    click.option(
        "--jobs-prefix",
        default="",
        metavar="ATTRIBUTE",
        help="What `nix-eval-jobs` evaluated, such as packages of .#packages: it goes before each name.",
    ),
    click.option(
        "--changes",
        type=FILE,
        metavar="FILE",
        help="Take the changes from a file, as `git diff --name-status [-z]` writes it.",
    ),
)

expression_options = all_of(
    click.option(
        "-f",
        "--file",
        type=FILE,
        metavar="FILE",
        help="Evaluate this expression file.  [default: flake.nix, default.nix or release.nix]",
    ),
    click.option(
        "--arg",
        "arguments",
        multiple=True,
        nargs=2,
        metavar="NAME EXPR",
        help="Pass a Nix expression to the function in the file.",
    ),
    click.option(
        "--argstr",
        "strings",
        multiple=True,
        nargs=2,
        metavar="NAME TEXT",
        help="Pass a string to the function in the file.",
    ),
)

evaluation_options = all_of(
    click.option("--option", "options", multiple=True, nargs=2, metavar="NAME VALUE", help="Set an option of Nix."),
    click.option("--system", metavar="SYSTEM", help="Evaluate for this system."),
    click.option("--impure", is_flag=True, help="Let a flake's evaluation see its environment."),
    click.option(
        "-k",
        "--keep-env-var",
        "variables",
        multiple=True,
        metavar="NAME",
        help="Let an evaluation read this variable of the environment, too.",
    ),
    click.option(
        "--restrict/--no-restrict",
        "restrict",
        default=None,
        help="Let an expression file read only its own revision and NIX_PATH.  [default: of two, where base does]",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop a Nix process after this long.",
    ),
    click.option(
        "--store",
        type=click.Path(),
        callback=as_path,
        metavar="DIR",
        help="Use the Nix store below this directory, as Nix's own --store DIR.",
    ),
)

nix_options = all_of(
    click.option(
        "--config",
        type=FILE,
        metavar="FILE",
        help="Take the configuration from here.  [default: nixdrift.toml at the top of the repository]",
    ),
    evaluation_options,
)

keep_going_option = click.option(
    "--keep-going", is_flag=True, help="Judge the others even if an attribute does not evaluate."
)

show_values_option = click.option(
    "--show-values", is_flag=True, help="Show what looks like a secret, too: the report is then as secret as that."
)

counterfactual_option = click.option(
    "--counterfactual",
    type=click.Choice([mode.value for mode in Counterfactual]),
    default=Counterfactual.AUTO.value,
    show_default=True,
    help="Evaluate head without a change, to see what it does: for what nothing else decides, for all, or never.",
)

cache_option = click.option(
    "--cache-dir",
    "cache",
    metavar="DIR",
    help="Keep what is evaluated here: a directory, or a URL that fsspec knows.  [default: the user's cache]",
)

_KEEPING_OPTIONS = (
    cache_option,
    click.option("--no-cache", is_flag=True, help="Use nothing that was kept, and keep nothing."),
    click.option("--refresh", "refreshes", is_flag=True, help="Evaluate once more what is kept, and replace it."),
)

_LINE_OPTIONS = (
    click.option(
        "--snapshot",
        "snapshots",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="Take a commit from a file of `nixdrift snapshot`; may be given several times.",
    ),
    *_KEEPING_OPTIONS,
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Evaluate so many commits at a time.  [default: one a processor, up to 4]",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Evaluate on the workers of this Dask scheduler, which has to be trusted, such as tcp://host:8786.",
    ),
)

keeping_options = all_of(*_KEEPING_OPTIONS)
"""Whether evaluations are kept for the next run, and where."""


def line_options(most: int) -> Decorator[Any]:
    """Give the options by which the commits of a line are looked at; ``most`` is how many are by default."""
    return all_of(
        click.option(
            "--max-count",
            "most_commits",
            type=click.IntRange(min=1),
            default=most,
            show_default=True,
            metavar="N",
            help="Look at no more than this many commits.",
        ),
        *_LINE_OPTIONS,
        attribute_options,
        repository_options,
        expression_options,
        nix_options,
        counterfactual_option,
    )


comparison_options = all_of(
    repository_options,
    revision_options,
    expression_options,
    graph_options,
    nix_options,
    counterfactual_option,
    keeping_options,
    keep_going_option,
)
"""What two revisions are compared by."""


def format_option_of(*forms: str, of: str) -> Decorator[Any]:
    """Give the options that say how to write what a command makes: one of some forms, of which the first is usual."""
    return all_of(
        click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=of),
        click.option("--json", "form", flag_value="json", help="The same as --format json."),
    )


format_option = format_option_of("text", "json", of="How to write the report.")

baseline_option = click.option(
    "--baseline",
    type=FILE,
    metavar="FILE",
    help="Fail only on findings that this file does not have; see `nixdrift baseline`.",
)


def output_option_for(what: str) -> Decorator[Any]:
    """Give the option that names a file for what a command makes."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False),
        callback=as_path,
        metavar="FILE",
        help=f"Write the {what} here, whole or not at all.",
    )


output_option = output_option_for("report")

NEVER = "never"


def fail_on_option_from(default: str) -> Decorator[Any]:
    """Give the option that says which findings are a failure, and which are by default."""
    return click.option(
        "--fail-on",
        type=click.Choice([*(level.value for level in Level), NEVER]),
        default=default,
        show_default=True,
        help="Exit with 1 from this level of finding on.",
    )


fail_on_option = fail_on_option_from(Level.WARNING.value)
