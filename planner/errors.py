"""What the planner raises; absence of a journey is never one of these, it is a value in the answer.

ValueError
└── KaitekiError          one sentence that names the value and the place, fit to be shown to a user
    ├── RequestError      a question that cannot be asked, such as a time without a zone
    ├── GivenUpError      nobody waits for the answer any longer
    └── NetworkError      a folder that is not a network, or one of another program version
"""

from collections.abc import Callable


class KaitekiError(ValueError):
    """One sentence for the person who asked; the command line and the server print exactly it."""


class RequestError(KaitekiError):
    """The request is impossible.

    Parameters
    ----------
    field : str
        Name of the parameter at fault, as the interface spells it.
    message : str
        One sentence that names the value.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class GivenUpError(KaitekiError):
    """Who asked no longer waits; see `PlanRequest.is_given_up`."""


def go_on(is_given_up: Callable[[], bool] | None) -> None:
    """Nothing, unless nobody waits.

    Raises
    ------
    GivenUpError
        `is_given_up` says so.
    """
    if is_given_up is not None and is_given_up():
        raise GivenUpError("Nobody waits for this answer any longer.")


class NetworkError(KaitekiError):
    """A folder cannot be opened as a network."""
