"""Ticket gates of stations: whoever comes in from the street passes in the order of coming, so many a second."""

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class StationGates:
    """All gates of a station together, as one server.

    Attributes
    ----------
    persons_s : float
        How many persons they let in a second.
    free_s : float
        When everybody who has come so far is in.
    """

    persons_s: float
    free_s: float = 0.0

    def let_in(self, now: float, party: int) -> float:
        """The moment at which a group that comes now is in."""
        self.free_s = max(self.free_s, now) + party / self.persons_s
        return self.free_s
