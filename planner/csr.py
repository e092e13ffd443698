"""Lists of lists as two arrays (compressed sparse rows): the entries behind each other, and where each row starts."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.integer]


def offsets(counts: Integers) -> NDArray[np.int32]:
    """Row starts for `counts` entries per row, one more than there are rows."""
    first = np.zeros(len(counts) + 1, np.int32)
    np.cumsum(counts, out=first[1:])
    return first


def places(counts: Integers) -> NDArray[np.int64]:
    """Place of every entry within its row: 0 … count − 1 for each count."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def entries(first: Integers, rows: Integers) -> NDArray[np.int64]:
    """Entries of the chosen `rows`, behind each other."""
    counts = np.diff(first)[rows]
    return np.asarray(np.repeat(first[:-1][rows], counts) + places(counts), np.int64)
