"""Files of a component influence it in no way: found by `nixdrift probe`, which changes them and evaluates.

This is the day on which the wiring breaks, and not the day of the fix that does not go live. An error where none of
the component's own files influences it; a warning where some do not. Documentation and housekeeping do not count,
nor does what `nixdrift.toml` ignores. An audit, which changes nothing and evaluates once, can only see that no input
source holds any of them: that is a note.

Fires:

- a filter leaves a file, or all of them, out of the component's source
- a source is pinned to what it once was
- the expression names the directory as a string, and not as a path

Stays silent:

- an input source holds the file, and follows the repository
- evaluation reads the file
- the file is documentation, housekeeping, or ignored by `nixdrift.toml`
"""

from nixdrift.judgement import Level
from nixdrift.rules.rule import Rule

INERT = Rule("inert", Level.WARNING, "files that influence nothing of their component (probe)")
