"""Routes that read a question themselves answer as FastAPI's own do."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from api.direct import PACKED_FROM, DirectRoute
from api.errors import add_error_answers


class Question(BaseModel):
    """One parameter of each kind."""

    model_config = ConfigDict(extra="forbid")

    name: str
    count: int = Field(1, le=9)
    parts: list[int] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood."""

    name: str
    count: int
    parts: list[int] | None


def got(route: type[APIRoute], address: str, **head: str) -> httpx.Response:
    router = APIRouter(route_class=route)

    @router.get("/ask", response_model_exclude_none=True)
    def ask(query: Annotated[Question, Query()]) -> Said:
        return Said(query.name, query.count, query.parts)

    app = FastAPI()
    add_error_answers(app)
    app.include_router(router)

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kaiteki") as client:
            return await client.get(address, headers=head)

    return asyncio.run(asked())


def answered(route: type[APIRoute], address: str) -> tuple[int, str | None, object]:
    response = got(route, address)
    return response.status_code, response.headers["content-type"], response.json()


@pytest.mark.parametrize(
    "asked",
    [
        "name=a",
        "name=a&name=b&count=2&count=3",
        "name=a&parts=1&parts=2",
        "name=%E6%B5%B7&parts=7",
        "name=",
        "count=4",
        "name=a&count=10",
        "name=a&count=many",
        "name=a&other=1",
        "name=a&parts=one&parts=2",
    ],
)
def test_answers_are_those_of_a_plain_route(asked: str) -> None:
    assert answered(DirectRoute, f"/ask?{asked}") == answered(APIRoute, f"/ask?{asked}")


def test_only_long_answers_are_packed_and_only_for_who_unpacks_them() -> None:
    long, short = "a" * PACKED_FROM, "a" * (PACKED_FROM // 2)
    packed = got(DirectRoute, f"/ask?name={long}", **{"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < PACKED_FROM
    assert packed.json() == {"name": long, "count": 1}
    for name, unpacked in ((long, "identity"), (short, "gzip")):
        plain = got(DirectRoute, f"/ask?name={name}", **{"accept-encoding": unpacked})
        assert "content-encoding" not in plain.headers
        assert plain.json() == {"name": name, "count": 1}
