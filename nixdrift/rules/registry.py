"""Every rule there is. A path with a bad verdict goes to the first that explains it: causes first, verdicts last."""

from nixdrift.rules.frozen import FROZEN
from nixdrift.rules.inert import INERT
from nixdrift.rules.masked import MASKED
from nixdrift.rules.rule import Rule
from nixdrift.rules.stale import STALE
from nixdrift.rules.unclaimed import UNCLAIMED
from nixdrift.rules.unknown import UNKNOWN
from nixdrift.rules.unproven import UNPROVEN

RULES: tuple[Rule, ...] = (
    INERT,
    UNCLAIMED,
    STALE,
    MASKED,
    FROZEN,
    UNPROVEN,
    UNKNOWN,
)
