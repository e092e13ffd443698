"""The way in: what is too large, too fast or too much is refused in time, what takes too long is given up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from math import ceil
from typing import Any

from starlette.responses import JSONResponse

from api.limits import LONGEST_QUERY, MOST_STREAMS, MOST_WAITING, EndpointClass, class_of
from api.patience import PATIENCE, Patience
from api.rates import RateTable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Coroutine[Any, Any, None]]

TOO_LARGE, TOO_LONG, TOO_FAST, TOO_MUCH = 413, 414, 429, 503
BUSY_S = 2
"""What clients are told to wait while all workers are busy."""


class Gate:
    """Wraps an application; `rates` None: clients may ask as fast as they like."""

    def __init__(self, app: App, rates: RateTable | None) -> None:
        self.app = app
        self.rates = rates
        self.waiting = 0
        self.streams = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kind = class_of(scope["method"], scope["path"])
        refusal = self._refusal(scope, kind)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif kind.budgetS is None:
            await self._stream(scope, receive, send)
        else:
            await self._answer(_Attempt(scope, receive, send, kind, kind.budgetS))

    def _refusal(self, scope: Message, kind: EndpointClass) -> JSONResponse | None:
        if len(scope["query_string"]) + len(scope["raw_path"] or b"") > LONGEST_QUERY:
            return _refused(TOO_LONG, f"This address is longer than the {LONGEST_QUERY} octets that are read.")
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if int(stated or 0) > kind.bodyOctets:
            return _too_large(kind)
        if self.waiting >= MOST_WAITING or (kind.budgetS is None and self.streams >= MOST_STREAMS):
            return _refused(TOO_MUCH, "More is asked at the moment than can be answered.", BUSY_S)
        if self.rates is None:
            return None
        client = scope["client"][0] if scope.get("client") else ""
        wait_s = self.rates.ask(client, kind, time.time())
        if not wait_s:
            return None
        sentence = f"No more than {kind.perSecond:g} questions of the kind '{kind.name}' a second are answered."
        return _refused(TOO_FAST, sentence, ceil(wait_s))

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        self.streams += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.streams -= 1

    async def _answer(self, attempt: "_Attempt") -> None:
        self.waiting += 1
        try:
            await attempt.run(self.app)
        finally:
            self.waiting -= 1


class _Attempt:
    """A request being answered, of which the client may leave and the time may run out."""

    def __init__(self, scope: Message, receive: Receive, send: Send, kind: EndpointClass, budget_s: float) -> None:
        self.scope, self.receive, self.send, self.kind, self.budget_s = scope, receive, send, kind, budget_s
        self.patience = Patience(time.monotonic() + budget_s)
        self.said: asyncio.Queue[Message] = asyncio.Queue()
        self.octets = 0
        self.has_begun = self.is_closed = False

    async def run(self, app: App) -> None:
        PATIENCE.set(self.patience)
        listening = asyncio.create_task(self._listen())
        work = asyncio.create_task(app(self.scope, self.said.get, self._pass_on))
        try:
            await asyncio.wait({work}, timeout=self.budget_s)
            if work.done():
                await work
            elif not self.patience.is_gone:
                await self._give_up(work)
        finally:
            listening.cancel()

    async def _listen(self) -> None:
        """Hear what the client sends, above all that it leaves."""
        while not self.patience.is_gone:
            message = await self.receive()
            self.octets += len(message.get("body", b""))
            self.patience.is_gone = message["type"] == "http.disconnect"
            if self.octets > self.kind.bodyOctets and not self.has_begun:
                self.is_closed, self.patience.is_gone = True, True
                await _too_large(self.kind)(self.scope, self.receive, self.send)
            self.said.put_nowait(message)

    async def _pass_on(self, message: Message) -> None:
        if not self.is_closed:
            self.has_begun = True
            await self.send(message)

    async def _give_up(self, work: "asyncio.Task[None]") -> None:
        """Answer that it takes too long; the thread that works on it notices at its next look at the clock."""
        if self.has_begun:
            await work
            return
        self.is_closed = True
        work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        sentence = f"This takes longer than the {self.budget_s:g} s there are for it; ask for less at once."
        await _refused(TOO_MUCH, sentence, BUSY_S)(self.scope, self.receive, self.send)


def _too_large(kind: EndpointClass) -> JSONResponse:
    return _refused(TOO_LARGE, f"The body is larger than the {kind.bodyOctets} octets that are read here.")


def _refused(status: int, sentence: str, retry_s: int | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, {} if retry_s is None else {"Retry-After": str(retry_s)})
