"""How fast a client may ask: one number a client and kind of question, in a file that all server processes share.

References
----------
Generic cell rate algorithm: ITU-T I.371 (2004), annex A, virtual scheduling.
"""

import mmap
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from struct import Struct

from api.limits import CLASSES, EndpointClass

SLOTS = 1 << 15
"""For so many clients at a time; two that share a slot share their limit."""

NETWORK_BITS = 64
"""Of an address of version 6 that one subscriber has."""

_TIME = Struct("d")


class RateTable:
    """When each client may ask again.

    Parameters
    ----------
    file : Path
        Made if it is not there.
    salt : bytes
        Keeps anyone from finding a client in the file, or two that share a slot.
    factor : float
        All rates times this.
    """

    def __init__(self, file: Path, salt: bytes, factor: float = 1.0) -> None:
        size = SLOTS * len(CLASSES) * _TIME.size
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as grown:
            grown.truncate(size)
        with file.open("r+b") as opened:
            self._times = mmap.mmap(opened.fileno(), size)
        self._salt, self._factor = salt, factor

    def ask(self, client: str, kind: EndpointClass, now: float) -> float:
        """Seconds the client must wait before asking such a question, 0 if it may ask now, which is then counted.

        Two processes that count at the same moment may count one question only: nobody is refused for that.
        """
        place = (CLASSES.index(kind) * SLOTS + self._slot(client)) * _TIME.size
        each_s = 1.0 / (kind.perSecond * self._factor)
        slack_s = (kind.burst - 1) * each_s
        due = float(_TIME.unpack_from(self._times, place)[0])
        # A clock that was set back must not lock anybody out.
        due = min(max(due, now), now + slack_s + each_s)
        if due - now > slack_s:
            return due - now - slack_s
        _TIME.pack_into(self._times, place, due + each_s)
        return 0.0

    def _slot(self, client: str) -> int:
        digest = blake2b(_subscriber(client).encode(), key=self._salt, digest_size=4).digest()
        return int.from_bytes(digest, "big") % SLOTS


def _subscriber(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(int(address) >> (128 - NETWORK_BITS))
    return client
