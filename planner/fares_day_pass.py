"""After how many journeys a pass that costs something once has paid for itself."""

from fractions import Fraction
from math import ceil


def journeys_until_worth(pass_price: float, without: float, with_pass: float) -> int | None:
    """The fewest journeys that cost no less without the pass than with it; None if no number of them does.

    Parameters
    ----------
    pass_price : float
        Price of the pass, in the currency of the others.
    without, with_pass : float
        What one journey costs who has no such pass, and who has.
    """
    saved = Fraction(str(without)) - Fraction(str(with_pass))
    if saved <= 0:
        return None
    return max(1, ceil(Fraction(str(pass_price)) / saved))
