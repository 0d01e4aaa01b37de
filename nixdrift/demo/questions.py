"""What was asked on the day of the incident, and what nixdrift answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nixdrift.demo.incident import FIX, REPAIR, ROLLBACK
from nixdrift.demo.replay import Stage
from nixdrift.parity.text import parity_text
from nixdrift.pipeline.history import history
from nixdrift.pipeline.parity import compare
from nixdrift.pipeline.rollback import rollback
from nixdrift.pipeline.verify import verify
from nixdrift.request import HistoryRequest, ParityRequest, RollbackRequest, VerifyRequest
from nixdrift.rollback import rollback_text
from nixdrift.timeline.text import timeline_text
from nixdrift.verification import verification_text

GOINSTANCE = "goinstance"
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the command that answers it, and its answer."""

    question: str
    command: str
    """With names of files as the person on the day would have had them."""
    text: str


def answers(stage: Stage, *, color: bool = False) -> Iterator[Answer]:
    """Ask, in the order of the day."""
    short = {number: stage.commits[number][:10] for number in (FIX, ROLLBACK, REPAIR)}

    def verified(deployed: str, number: int, **asked: Any) -> str:
        given = str(stage.recorded / deployed)
        found = verify(VerifyRequest(deployed=given, revision=stage.commits[number], **asked, **_common(stage)))
        return verification_text(found, width=_WIDTH, color=color).replace(given, deployed)

    yield Answer(
        "13:45  Did the tests that passed see the fix? They ran in the environment before it.",
        f"nixdrift verify previous.txt --rev {short[FIX]} --component goinstance --gate",
        verified("previous.txt", FIX, components=(GOINSTANCE,), gate=True),
    )
    yield Answer(
        "13:49  The fix is deployed, and nothing changes. Is it live?",
        f"nixdrift verify deployed.txt --rev {short[FIX]}",
        verified("deployed.txt", FIX),
    )
    yield Answer(
        "13:50  It passed in staging. Is production what staging is?",
        f"nixdrift compare staging production --rev {short[FIX]}",
        _compared(stage, color=color),
    )
    found = rollback(RollbackRequest(component=GOINSTANCE, start=stage.commits[ROLLBACK], **_common(stage)))
    yield Answer(
        "13:55  The rollback is deployed, and nothing changes. Which one would act?",
        f"nixdrift rollback goinstance --from {short[ROLLBACK]}",
        rollback_text(found, width=_WIDTH, color=color),
    )
    timeline = history(HistoryRequest(revisions=stage.commits[REPAIR], components=(GOINSTANCE,), **_common(stage)))
    yield Answer(
        "14:08  Since when was it so?",
        "nixdrift history --component goinstance",
        timeline_text(timeline, width=_WIDTH, color=color),
    )
    yield Answer(
        "Later  New machines are slow to come up. What does their image lack of the fleet?",
        f"nixdrift verify image.txt --rev {short[FIX]} --component fleet --coverage --wanted fleet.json",
        verified("image.txt", FIX, components=("fleet",), coverage=True, wanted=str(stage.recorded / "fleet.json")),
    )


def _compared(stage: Stage, *, color: bool) -> str:
    asked = ParityRequest(
        a="staging",
        b="production",
        repository=stage.repository,
        revision=stage.commits[FIX],
        graph=None if stage.is_live else stage.snapshot(FIX),
        nix=stage.nix,
        workspaces=stage.workspaces,
    )
    return parity_text(compare(asked), width=_WIDTH, color=color)


def _common(stage: Stage) -> dict[str, Any]:
    """Give what every request says of the stage; nothing is kept of it."""
    return {
        "repository": stage.repository,
        "snapshots": stage.snapshots(),
        "nix": stage.nix,
        "workspaces": stage.workspaces,
        "keeps": False,
    }
