"""What a reader has to say about a feed's content: notices for single entries, an error where nothing is usable."""

from dataclasses import dataclass
from enum import StrEnum

from planner.errors import KaitekiError


class Severity(StrEnum):
    """How much of the feed's meaning is lost."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Notice:
    """One remark on one file, and on one row or entry of it where `row` is given."""

    severity: Severity
    file: str
    row: int | None
    message: str


class FeedError(KaitekiError):
    """The feed as a whole cannot be used; message is one sentence."""
