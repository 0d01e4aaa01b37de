"""What the exit status says: a contract with whoever calls nixdrift."""

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_NOT_JUDGED = 3
EXIT_BUG = 4
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
