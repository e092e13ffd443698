"""Whether someone still waits for an answer: set by who runs the request, asked by who works on it."""

import time
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Patience:
    """How long a request is worked on.

    Attributes
    ----------
    until : float
        On the clock of `time.monotonic`.
    is_gone : bool
        Whether the client has left.
    """

    until: float
    is_gone: bool = False

    def is_over(self) -> bool:
        """Whether nobody waits any longer."""
        return self.is_gone or time.monotonic() > self.until


PATIENCE: ContextVar[Patience | None] = ContextVar("patience", default=None)
"""Of the request in hand; it follows the request into the thread that works on it."""


def is_over() -> bool:
    """Whether nobody waits for the request in hand any longer."""
    patience = PATIENCE.get()
    return patience is not None and patience.is_over()


def be_patient(seconds: float) -> None:
    """Work no longer than `seconds` more on the request in hand."""
    until, before = time.monotonic() + seconds, PATIENCE.get()
    if before is None:
        PATIENCE.set(Patience(until))
    else:
        before.until = min(before.until, until)
