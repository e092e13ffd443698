"""Routes that check a question once and write its answer once, both as fast as they can be.

FastAPI describes such a route as any other. Its own way to answer reads each of a question's many parameters in Python
and costs three times what is left here.
"""

import gzip
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, get_args

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import Response

PACKED_FROM, PACKING = 2048, 3
"""Octets from which an answer is packed for whoever unpacks it, and how hard, of zlib's 9."""

Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class DirectRoute(APIRoute):
    """Route of a function ``f(query: Annotated[Model, Query()]) -> Answer`` that takes nothing else."""

    def get_route_handler(self) -> Answering:
        """What answers a request."""
        signature = inspect.signature(self.endpoint)
        (parameter,) = signature.parameters.values()
        model: type[BaseModel] = get_args(parameter.annotation)[0]
        answer_type: TypeAdapter[Any] = TypeAdapter(signature.return_annotation)
        lists, endpoint, leaves_none_out = lists_of(model), self.endpoint, self.response_model_exclude_none

        def written(query: BaseModel, is_unpacked: bool) -> Response:
            body = answer_type.dump_json(endpoint(query), by_alias=True, exclude_none=leaves_none_out)
            if not is_unpacked or len(body) < PACKED_FROM:
                return Response(body, media_type="application/json")
            # Here, in the thread that did the work: the loop has all the other requests to see to.
            head = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
            return Response(gzip.compress(body, PACKING, mtime=0), headers=head, media_type="application/json")

        async def answer(request: Request) -> Response:
            query = question(model, lists, request.query_params)
            is_unpacked = "gzip" in request.headers.get("accept-encoding", "")
            return await run_in_threadpool(written, query, is_unpacked)

        return answer


def lists_of(model: type[BaseModel]) -> frozenset[str]:
    """Parameters of a question that may be repeated."""
    properties = model.model_json_schema()["properties"]
    kinds = {name: [said, *said.get("anyOf", ())] for name, said in properties.items()}
    return frozenset(name for name, one in kinds.items() if any(kind.get("type") == "array" for kind in one))


def question(model: type[BaseModel], lists: frozenset[str], parameters: QueryParams) -> BaseModel:
    """The question that the parameters of an address ask; of one that may not be repeated the last counts.

    Raises
    ------
    RequestValidationError
        With the parameters at fault.
    """
    values: dict[str, Any] = {}
    for name, value in parameters.multi_items():
        if name in lists:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    try:
        return model.model_validate(values)
    except ValidationError as error:
        told = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(told) from error
