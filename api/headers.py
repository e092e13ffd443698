"""What every answer says besides its body: how browsers are to treat it, whom to thank, and how old the sources are."""

from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from api.gate import App, Message, Receive, Send
from api.served import City, Served

SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=()"),
)
NOTHING_TO_LOAD = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
NOT_KEPT = (b"cache-control", b"no-store")
"""Of answers that do not say otherwise: they may hold where someone is and goes."""

DESCRIPTIONS = ("/docs", "/redoc")
"""Pages that load a program from elsewhere, as FastAPI makes them."""

MOST_SOURCES = 20
"""Named with their age in a header."""


class Headed:
    """Wraps an application whose answers are about a city."""

    def __init__(self, app: App, served: Served) -> None:
        self.app = app
        self.served = served

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Add what is missing to the head of an answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(message, str(scope["path"]))
            await send(message)

        await self.app(scope, receive, headed)

    def _complete(self, message: Message, path: str) -> None:
        given = {name.lower() for name, _ in message["headers"]}
        policy = () if path.startswith(DESCRIPTIONS) else (NOTHING_TO_LOAD,)
        wanted = (*SECURITY, *policy, NOT_KEPT, *sources_of(self.served.city, datetime.now(UTC)))
        message["headers"] = [*message["headers"], *(one for one in wanted if one[0] not in given)]


def sources_of(city: City, now: datetime) -> tuple[tuple[bytes, bytes], ...]:
    """Headers about the sources: thanks in percent-encoded UTF-8, ages as ``name;age=seconds``, where to read more."""
    ages = {"built": max(0.0, (now - city.built).total_seconds())}
    for source in city.sources[:MOST_SOURCES]:
        feed, age_s = source.entry.feed, source.age_s(now)
        if age_s is not None:
            ages[feed] = max(age_s, ages.get(feed, 0.0))
    told = ", ".join(f"{_token(name)};age={age_s:.0f}" for name, age_s in ages.items())
    return (
        (b"kaiteki-attribution", city.thanks),
        (b"kaiteki-feed-age", told.encode()),
        (b"link", b'</kaiteki/v1/feeds>; rel="license"'),
    )


@lru_cache(maxsize=64)
def _token(name: str) -> str:
    return quote(name, safe="")
