"""What an operator sees of the server: counts and times for Prometheus, and a line a request without what was asked.

Neither holds addresses of clients, coordinates, names or ids: a request is told by its method and the route's pattern.
"""

import json
import logging
import os
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from starlette.responses import JSONResponse, Response

from api.gate import App, Message, Receive, Send
from scenarios.realtime import Polled

SECONDS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
METRICS = "/metrics"

logger = logging.getLogger("kaiteki.request")

Sources = Callable[[], tuple[Polled, ...]]


class Telemetry:
    """Wraps an application: counts and logs what it answers, and answers `/metrics` itself."""

    def __init__(self, app: App, sources: Sources) -> None:
        self.app = app
        self.sources = sources
        self.counts = _Counts() if find_spec("prometheus_client") is not None else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and take its time."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == METRICS:
            await self._metrics()(scope, receive, send)
            return
        begun, told = time.perf_counter(), {"status": 500, "octets": 0}

        async def listened(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
            told["octets"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, listened)
        finally:
            self._note(scope, told, time.perf_counter() - begun)

    def _note(self, scope: Message, told: dict[str, int], seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "") or "none")
        if self.counts is not None:
            self.counts.note(scope["method"], route, told["status"], seconds)
        about = {"method": scope["method"], "route": route, "ms": round(seconds * 1000, 1), **told}
        logger.info("request", extra={"about": about})

    def _metrics(self) -> Response:
        if self.counts is None:
            return JSONResponse({"error": "Metrics need the library prometheus-client: install kaiteki[service]."}, 404)
        return Response(self.counts.text(self.sources()), media_type="text/plain; version=0.0.4; charset=utf-8")


class _Counts:
    """Counters of this process; of all processes together where PROMETHEUS_MULTIPROC_DIR names a folder."""

    def __init__(self) -> None:
        import prometheus_client as prometheus

        self.registry = prometheus.CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = prometheus.Counter("kaiteki_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = prometheus.Histogram(
            "kaiteki_request_seconds", "Time of an answer.", ("route",), buckets=SECONDS, registry=self.registry
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self, sources: tuple[Polled, ...]) -> bytes:
        import prometheus_client as prometheus
        from prometheus_client import multiprocess

        registry = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = prometheus.CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return prometheus.generate_latest(registry) + _ages(sources).encode()


def _ages(sources: tuple[Polled, ...]) -> str:
    """Age of what live sources told last, and whether it counts, in the text format of Prometheus."""
    now, lines = datetime.now(UTC), ["# TYPE kaiteki_source_age_seconds gauge", "# TYPE kaiteki_source_used gauge"]
    for number, source in enumerate(sources, 1):
        labels = f'{{source="{number}",kind="{source.entry.kind}",feed="{source.entry.feed}"}}'
        age_s = source.age_s(now)
        if age_s is not None:
            lines.append(f"kaiteki_source_age_seconds{labels} {age_s:.0f}")
        lines.append(f"kaiteki_source_used{labels} {int(source.is_used)}")
    return "\n".join(lines) + "\n"


class JsonLines(logging.Formatter):
    """A log record as one line of JSON; of an error its kind and the places in the program, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "event": record.getMessage(),
            **getattr(record, "about", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            line["error"] = type(error).__name__
            line["at"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-8:]]
        return json.dumps(line, ensure_ascii=False)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "api.telemetry.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "kaiteki": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
"""How `kaiteki serve` logs; the lines of uvicorn's own access log would hold what was asked."""
