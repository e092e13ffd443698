"""Many short texts in two arrays, so that a network's names open by memory mapping like its numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Strings:
    """A column of texts.

    Attributes
    ----------
    offsets : int64 array of shape (n + 1,)
        Text i is ``octets[offsets[i]:offsets[i + 1]]``.
    octets : uint8 array
        All texts behind each other, UTF-8.
    """

    offsets: NDArray[np.int64]
    octets: NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Strings":
        """Pack `texts` in their order."""
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), np.uint8))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:
        start, end = self.offsets[index], self.offsets[index + 1]
        return self.octets[start:end].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        octets, offsets = self.octets.tobytes(), self.offsets.tolist()
        for start, end in pairwise(offsets):
            yield octets[start:end].decode()
