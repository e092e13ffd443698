"""`/kaiteki/v1/tiles`: the base map as vector tiles, so that the page needs no other server.

References
----------
Mapbox Vector Tile Specification 2.1; TileJSON 3.0.0.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.basemap import Layer, Properties, basemap
from feeds.makuhari.water import ATTRIBUTION
from planner.network import Network

EXTENT = 4096
MARGIN = 64
"""Units around a tile that are drawn too, so that lines meet at its edge."""

NEAREST = 16
"""Last zoom with tiles of its own; a client magnifies these further."""

KEPT = 2048
"""Tiles kept in memory, some tens of megabytes."""

MIME = "application/vnd.mapbox-vector-tile"
DAY_S = 86_400

Drawn = dict[str, Any]


def tiles_router(network: Network) -> APIRouter:
    """Routes of the base map; its shapes are prepared when the first tile is asked for."""
    router = APIRouter(tags=["map"])
    version = sha256(f"{network.manifest.snapshot}{network.manifest.program}".encode()).hexdigest()[:12]

    @lru_cache(maxsize=1)
    def layers() -> tuple[Layer, ...]:
        return basemap(network)

    @lru_cache(maxsize=KEPT)
    def tile_at(z: int, x: int, y: int) -> bytes:
        return encoded(layers(), z, x, y)

    @router.get("/tiles.json")
    def tile_json(request: Request) -> JSONResponse:
        """Where the tiles are, what they hold and whom to thank, as TileJSON."""
        south, west, north, east = network.manifest.bounds
        thanks = dict.fromkeys(entry.attribution for entry in network.manifest.feeds if entry.attribution)
        url = f"{str(request.base_url).rstrip('/')}/kaiteki/v1/tiles/{{z}}/{{x}}/{{y}}.mvt?v={version}"
        return JSONResponse(
            {
                "tilejson": "3.0.0",
                "tiles": [url],
                "vector_layers": [{"id": name, "fields": {}} for name in ("water", "streets", "lines", "places")],
                "minzoom": 0,
                "maxzoom": NEAREST,
                "bounds": [west, south, east, north],
                "attribution": " · ".join(escape(said) for said in (*thanks, ATTRIBUTION)),
            }
        )

    @router.get("/tiles/{z}/{x}/{y}.mvt", response_class=Response, responses={200: {"content": {MIME: {}}}, 304: {}})
    def tile(
        request: Request, z: int = Path(ge=0, le=NEAREST), x: int = Path(ge=0), y: int = Path(ge=0), v: str = ""
    ) -> Response:
        """One square of the base map; empty (204) where nothing of it lies."""
        etag = f'"{version}-{z}-{x}-{y}"'
        freshness = "immutable, " if v == version else ""
        headers = {"ETag": etag, "Cache-Control": f"public, {freshness}max-age={DAY_S}"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = tile_at(z, x, y) if max(x, y) < 2**z else b""
        if not body:
            return Response(status_code=204, headers=headers)
        return Response(body, media_type=MIME, headers=headers)

    return router


def encoded(layers: Sequence[Layer], z: int, x: int, y: int) -> bytes:
    """One tile in the format's bytes, empty without content."""
    drawn = [{"name": layer.name, "features": list(_features(layer, z, x, y))} for layer in layers]
    filled = [layer for layer in drawn if layer["features"]]
    return mapbox_vector_tile.encode(filled, default_options={"y_coord_down": True}) if filled else b""


def _features(layer: Layer, z: int, x: int, y: int) -> Iterator[Drawn]:
    size = 0.5**z
    unit = size / EXTENT
    west, north = x * size - MARGIN * unit, y * size - MARGIN * unit
    east, south = (x + 1) * size + MARGIN * unit, (y + 1) * size + MARGIN * unit
    rows = np.sort(layer.tree.query(shapely.box(west, north, east, south)))
    rows = rows[layer.zoom[rows] <= z]
    cut = shapely.clip_by_rect(layer.shapes[rows], west, north, east, south)
    placed = shapely.transform(cut, lambda points: np.round((points - (x * size, y * size)) / unit))
    for row, shape in zip(rows.tolist(), shapely.simplify(placed, 4.0 if z < NEAREST else 1.0), strict=True):
        if not shape.is_empty:
            yield {"geometry": shape, "properties": _said(layer.properties[row])}


def _said(properties: Properties) -> Properties:
    """Properties with something to say: empty texts take room in a tile and say nothing."""
    return {key: value for key, value in properties.items() if value != ""}
