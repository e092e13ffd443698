"""The page people use: what `make web` built, told which city it stands in, or how to build it."""

import json
from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from api.requests import PlanQuery
from planner.network import Network

FOLDER = Path(__file__).parent / "built_page"
CITY = "<!--city-->"
"""Where the page expects what it must know of the city before its first answer."""

UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Kaiteki</title>
<p>The page is not built yet: run <code>make web</code> in the checkout and start the server again.</p>
<p>The interface for programs answers already: <a href="/docs">/docs</a>.</p>
<p lang="ja">画面はまだビルドされていません。<code>make web</code> を実行してから再起動してください。</p></html>"""

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'{more}; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
YEAR_S = 31_536_000

PACKED = {"br": ".br", "gzip": ".gz"}
"""Content codings in which parts lie beside themselves, the shorter first.

Browsers take `br` over TLS and on loopback only.
"""


def page_router(network: Network, style: str | None = None, folder: Path = FOLDER) -> APIRouter:
    """Routes of the page.

    Parameters
    ----------
    style : str or None
        Address of a MapLibre style drawn instead of the network's own base map.
    folder : Path
        What `make web` wrote.
    """
    router = APIRouter(include_in_schema=False)
    # Of its scripts too: a worker lives under the policy that came with its own file.
    policy = {"Content-Security-Policy": POLICY.format(more="" if style is None else " https:")}

    @router.get("/")
    def page() -> Response:
        if not (folder / "index.html").is_file():
            return HTMLResponse(UNBUILT, 404)
        html = (folder / "index.html").read_text(encoding="utf-8")
        return HTMLResponse(
            html.replace(CITY, _embedded(_city(network, style))), headers={**policy, "Cache-Control": "no-cache"}
        )

    @router.get("/page/{path:path}")
    def part(path: str, request: Request) -> Response:
        wanted = (folder / path).resolve()
        if not wanted.is_file() or not wanted.is_relative_to(folder.resolve()):
            raise HTTPException(404, f"{request.url.path}: there is no such part of the page.")
        kept = f"public, max-age={YEAR_S}, immutable" if "assets" in wanted.parts else "no-cache"
        head = {**policy, "Cache-Control": kept, "Vary": "Accept-Encoding"}
        media = guess_type(wanted.name)[0] or "application/octet-stream"
        for coding, ending in PACKED.items():
            packed = wanted.with_name(wanted.name + ending)
            if coding in _unpacked_by(request) and packed.is_file():
                return FileResponse(packed, headers={**head, "Content-Encoding": coding}, media_type=media)
        return FileResponse(wanted, headers=head)

    return router


def _unpacked_by(request: Request) -> frozenset[str]:
    """Content codings that a client can read (RFC 9110, 12.5.3)."""
    asked = (one.replace(" ", "").lower() for one in request.headers.get("accept-encoding", "").split(","))
    return frozenset(one.partition(";")[0] for one in asked if not one.endswith(";q=0"))


def _city(network: Network, style: str | None) -> Mapping[str, Any]:
    """What the page shows before it asks: where it is, which clock runs there, whom to thank."""
    south, west, north, east = network.manifest.bounds
    thanks = dict.fromkeys(feed.attribution for feed in network.manifest.feeds if feed.attribution)
    return {
        "zone": network.zone.key,
        "bounds": [west, south, east, north],
        "focus": _focus(network),
        "remark": network.manifest.remark,
        "attribution": list(thanks),
        "style": style,
        "via": _takes_via(),
    }


def _focus(network: Network) -> list[float]:
    """Longitude and latitude to look at first: the middle of the streets, for lines may leave the city far behind."""
    south, west, north, east = network.manifest.bounds
    side = network.snapshot.street_side
    if side is None or not len(side.streets):
        return [(west + east) / 2, (south + north) / 2]
    lon, lat = side.streets.node_lon, side.streets.node_lat
    return [round(float(np.median(lon)), 5), round(float(np.median(lat)), 5)]


def _takes_via() -> bool:
    """Whether `/plan` can be asked for a way by a stop."""
    try:
        PlanQuery.model_validate({"fromPlace": "0,0", "toPlace": "0,0", "via": "stop"})
    except ValidationError:
        return False
    return True


def _embedded(said: Mapping[str, Any]) -> str:
    """Data block of a page: JSON in which nothing can end the block."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
