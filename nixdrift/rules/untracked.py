"""A file of the working tree is not tracked by git, and a flake does not hold it.

Of a flake, Nix sees what git tracks and nothing else: a new file takes part as soon as it is in the index.

Fires:

- in a check of the working tree (`--worktree`), an untracked file lies in a directory of a component of a flake

Stays silent:

- git tracks the file, or knows that it will be added (`git add --intent-to-add`)
- git ignores the file
- an expression file is evaluated: for it, Nix sees every file

Usual remedy: `git add`.
"""

from nixdrift.comparison.compare import Comparison
from nixdrift.judgement import ComponentJudgement, Level, PathJudgement, Verdict
from nixdrift.rules.rule import Explanation, Rule, is_missed


def _explain(comparison: Comparison, _judged: ComponentJudgement, path: PathJudgement) -> Explanation | None:
    tree, change = comparison.after.tree, path.change
    is_tracked = change.after is None or tree is None or change.path in tree.entries
    if is_tracked or not (is_missed(path) or path.verdict is Verdict.UNPROVEN):
        return None
    return Explanation("git add what the flake is to hold", level=Level.WARNING)


UNTRACKED = Rule("untracked", Level.WARNING, "git does not track it, so a flake does not hold it", explain=_explain)
