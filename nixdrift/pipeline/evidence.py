"""Log what was decided of each changed path, and by which evidence."""

import logging

from nixdrift.changes import shown
from nixdrift.judgement import Judgement

_LOG = logging.getLogger(__name__)


def log_evidence(judgement: Judgement) -> None:
    """Log whose each changed path is, and what was decided of it."""
    if not _LOG.isEnabledFor(logging.INFO):
        return
    for judged in judgement.components:
        for path in judged.paths:
            owner = f"{path.ownership.kind.value}: {path.ownership.reason}"
            name, verdict = judged.component.name, path.verdict.value
            _LOG.info("%s of %s (%s): %s: %s", shown(path.change.path), name, owner, verdict, path.reason)
