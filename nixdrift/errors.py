"""What can go wrong, sorted by who must act: the exit code follows from the class."""


class NixdriftError(Exception):
    """A question that could not be judged: one line for the user, and a hint where there is one.

    The command line turns it into ``nixdrift: error: …``, ``nixdrift: hint: …`` and ``exit_code``.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(NixdriftError):
    """The call itself is wrong: nothing was looked at yet."""

    exit_code = 2


class InvalidInputError(NixdriftError):
    """A dump, a store derivation, a list of changes or a configuration that cannot be read."""


class NoSuchComponentError(InvalidInputError):
    """A component that the configuration declares, and that is not there."""

    def __init__(self, name: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.name = name


class IncompleteGraphError(InvalidInputError):
    """A graph from which nothing can be concluded: a dangling input, a cycle, two systems."""


class RepositoryError(NixdriftError):
    """Git cannot answer: no repository, an unknown revision, a history that is cut off."""


class EvaluationError(NixdriftError):
    """Nix is missing, fails, hangs, or leaves out an attribute."""


class UnansweredError(EvaluationError):
    """Nix itself failed, or was ended: that says nothing of what it was asked, and another time it may answer."""


class WorkerError(NixdriftError):
    """A cluster that cannot evaluate, or not as this machine would: nothing it says of a commit counts."""
