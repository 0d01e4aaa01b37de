"""Every rule there is. A path with a bad verdict goes to the first that explains it: causes first, verdicts last."""

from nixdrift.rules.export_ignored import EXPORT_IGNORED
from nixdrift.rules.filtered import FILTERED
from nixdrift.rules.frozen import FROZEN
from nixdrift.rules.generated import GENERATED
from nixdrift.rules.ignored_file import IGNORED_FILE
from nixdrift.rules.inert import INERT
from nixdrift.rules.leaving_link import LEAVING_LINK
from nixdrift.rules.lfs_pointer import LFS_POINTER
from nixdrift.rules.masked import MASKED
from nixdrift.rules.old_commit import OLD_COMMIT
from nixdrift.rules.over_broad import OVER_BROAD
from nixdrift.rules.pinned import PINNED
from nixdrift.rules.request import REQUEST
from nixdrift.rules.rule import Rule
from nixdrift.rules.same_hash import SAME_HASH
from nixdrift.rules.sandbox import SANDBOX
from nixdrift.rules.stale import STALE
from nixdrift.rules.stale_lock import STALE_LOCK
from nixdrift.rules.string_path import STRING_PATH
from nixdrift.rules.submodule import SUBMODULE
from nixdrift.rules.unclaimed import UNCLAIMED
from nixdrift.rules.unknown import UNKNOWN
from nixdrift.rules.unproven import UNPROVEN
from nixdrift.rules.untracked import UNTRACKED
from nixdrift.rules.unwired import UNWIRED
from nixdrift.rules.vendored import VENDORED

RULES: tuple[Rule, ...] = (
    STALE_LOCK,
    OLD_COMMIT,
    PINNED,
    INERT,
    SUBMODULE,
    UNTRACKED,
    EXPORT_IGNORED,
    LEAVING_LINK,
    STRING_PATH,
    IGNORED_FILE,
    LFS_POINTER,
    FILTERED,
    UNWIRED,
    OVER_BROAD,
    REQUEST,
    SAME_HASH,
    VENDORED,
    GENERATED,
    SANDBOX,
    UNCLAIMED,
    STALE,
    MASKED,
    FROZEN,
    UNPROVEN,
    UNKNOWN,
)
