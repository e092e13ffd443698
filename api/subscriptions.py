"""Who wants to be told: subscriptions in files that all server processes share, and the news sent to their receivers.

Only receivers named when the server was started are told anything: a server that sends to any address is a tool
against others. The process that took a subscription on sends its news; when it is gone, another takes over.
"""

import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import msgspec

from api.errors import BusyError
from api.jobs import is_alive
from planner.errors import KaitekiError, RequestError

MOST = 200
LOOK_S, PATIENCE_S = 2.0, 5.0
MOST_FAILURES = 10
"""News in a row that could not be delivered, after which a receiver is given up."""

_ODD = re.compile(r"[^0-9a-f]")
logger = logging.getLogger("kaiteki.subscriptions")

Body = dict[str, Any]
"""By kind of subscription: what is to be sent for its question now; None when there will be no more."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to be told.

    Attributes
    ----------
    told : str
        Digest of what was sent last.
    sent, failures : int
        News delivered; those in a row that were not.
    """

    id: str
    kind: str
    receiver: str
    question: Body
    owner: int
    created: datetime
    told: str = ""
    sent: int = 0
    failures: int = 0
    headers: dict[str, str] = field(default_factory=dict)


Contents = Mapping[str, Callable[[Subscription], Body | None]]
"""By kind, what a subscriber is sent now; None where there is nothing more to be told."""


class Subscriptions:
    """The subscriptions in a folder; `receivers` are the beginnings of addresses that may be told."""

    def __init__(self, folder: Path, receivers: tuple[str, ...] = ()) -> None:
        self.folder, self.receivers = folder, receivers

    def add(self, kind: str, receiver: str, question: Body, headers: dict[str, str] | None = None) -> Subscription:
        """Take a wish on; news are sent with `headers`.

        Raises
        ------
        RequestError
            The receiver is none of those the server may send to.
        BusyError
            There are too many already.
        """
        if not any(_is_within(receiver, known) for known in self.receivers):
            sentence = "this server sends to no such address; it is started with --receiver for each it may send to"
            raise RequestError("receiver", f"receiver={receiver[:60]}: {sentence}.")
        if len(self.all()) >= MOST:
            raise BusyError(f"{MOST} subscriptions are as many as are kept here.")
        ident, now = secrets.token_hex(12), datetime.now(UTC)
        wish = Subscription(ident, kind, receiver, question, os.getpid(), now, headers=headers or {})
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(wish)
        return wish

    def all(self, kind: str | None = None) -> list[Subscription]:
        """Those that are kept, the oldest first."""
        files = self.folder.glob("*.json") if self.folder.is_dir() else ()
        found = [one for file in files if (one := self.find(file.stem)) is not None]
        return sorted((one for one in found if kind in (None, one.kind)), key=lambda one: one.created)

    def find(self, wish_id: str) -> Subscription | None:
        """The one of this id, if there is one."""
        if _ODD.search(wish_id):
            return None
        try:
            return msgspec.json.decode((self.folder / f"{wish_id}.json").read_bytes(), type=Subscription)
        except FileNotFoundError:
            return None

    def remove(self, wish: Subscription) -> None:
        """Forget a wish."""
        (self.folder / f"{wish.id}.json").unlink(missing_ok=True)

    def keep_telling(self, contents: Contents, stop: Event, transport: httpx.BaseTransport | None = None) -> None:
        """Send news until `stop` is set; meant for a thread of its own."""
        with httpx.Client(transport=transport, timeout=PATIENCE_S) as client:
            while not stop.wait(LOOK_S):
                self.tell(contents, client)

    def tell(self, contents: Contents, client: httpx.Client) -> None:
        """Send what has changed since it was sent last, for the wishes of this process and of those that are gone."""
        for wish in self.all():
            if wish.owner != os.getpid() and is_alive(wish.owner):
                continue
            if wish.kind in contents:
                self._tell(wish, contents[wish.kind], client)

    def _tell(self, wish: Subscription, content: Callable[[Subscription], Body | None], client: httpx.Client) -> None:
        try:
            body = content(wish)
        except KaitekiError:
            body = None
        if body is None:
            self.remove(wish)
            return
        digest = hashlib.sha256(json.dumps(body["data"], sort_keys=True, default=str).encode()).hexdigest()
        if digest == wish.told:
            return
        try:
            client.post(wish.receiver, json=body, headers=wish.headers).raise_for_status()
            wish = replace(wish, owner=os.getpid(), told=digest, sent=wish.sent + 1, failures=0)
        except httpx.HTTPError:
            wish = replace(wish, owner=os.getpid(), failures=wish.failures + 1)
            logger.info("not delivered", extra={"about": {"kind": wish.kind, "failures": wish.failures}})
        if self.find(wish.id) is None:
            return
        if wish.failures > MOST_FAILURES:
            self.remove(wish)
        else:
            self._write(wish)

    def _write(self, wish: Subscription) -> None:
        part = self.folder / f".{wish.id}-{os.getpid()}"
        part.write_bytes(msgspec.json.encode(wish))
        part.replace(self.folder / f"{wish.id}.json")


def _is_within(address: str, known: str) -> bool:
    """Whether an address is `known` or below it: what only begins alike is another host."""
    return address == known or address.startswith(known if known.endswith("/") else f"{known}/")
