"""What the server says when it does not answer: ``{"error": "one sentence"}``, to data platforms problem details."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from planner.errors import GivenUpError, KaitekiError, RequestError

BAD_REQUEST, NOT_FOUND, UNANSWERABLE, TOO_MANY, TOO_LATE = 400, 404, 422, 429, 503

RETRY_AFTER_S = 10
"""What who meets a full queue is told to wait."""

SHOWN_OF_INPUT = 60
"""Letters of a bad value that are repeated to whoever sent it."""

CONTEXT_BROKER = "/ngsi-ld/"
"""Paths under which refusals have the shape that data platforms read: problem details (RFC 7807)."""

PROBLEMS = {
    BAD_REQUEST: ("BadRequestData", "The request includes data that do not meet what the operation asks for"),
    NOT_FOUND: ("ResourceNotFound", "What is referred to has not been found"),
    UNANSWERABLE: ("OperationNotSupported", "The operation is not supported"),
    TOO_MANY: ("TooManyResults", "There is more than is taken on"),
    500: ("InternalError", "There has been an error during the execution of the operation"),
}
"""Types of errors by status (ETSI GS CIM 009 V1.8.1, clause 5.5.2)."""

logger = logging.getLogger("kaiteki.api")


class UnknownPlaceError(RequestError):
    """A place, a trip or an itinerary that is well written but not in this network."""


class NotOfferedError(RequestError):
    """A question that is well asked but that this network cannot answer."""


class BusyError(KaitekiError):
    """There is more work already than is taken on."""


def add_error_answers(app: FastAPI) -> None:
    """Answer every failure of `app` in one shape."""
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(KaitekiError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _bad_parameters(request: Request, error: Exception) -> JSONResponse:
    details: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    return _answer(request, BAD_REQUEST, "; ".join(_sentence(detail) for detail in details) + ".")


def _sentence(detail: dict[str, Any]) -> str:
    source, *where = (str(part) for part in detail["loc"])
    name = ".".join(where) if source == "body" else "".join(where[:1])
    match detail["type"]:
        case "extra_forbidden":
            return f"there is no parameter {name}"
        case "missing":
            return f"the parameter {name or source} is missing"
        case _:
            said = str(detail["msg"]).removeprefix("Value error, ")
            if not where:
                return said
            return f"{name}={_shortened(detail.get('input'))}: {said}"


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN_OF_INPUT else f"{text[:SHOWN_OF_INPUT]}…"


def _refused(request: Request, error: Exception) -> JSONResponse:
    match error:
        case UnknownPlaceError():
            return _answer(request, NOT_FOUND, str(error))
        case NotOfferedError():
            return _answer(request, UNANSWERABLE, str(error))
        case GivenUpError():
            return _answer(request, TOO_LATE, str(error))
        case BusyError():
            return _answer(request, TOO_MANY, str(error), {"Retry-After": str(RETRY_AFTER_S)})
        case _:
            return _answer(request, BAD_REQUEST, str(error))


def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = error.detail if isinstance(error, HTTPException) else str(error)
    return _answer(request, status, str(said))


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("unexpected error", exc_info=error)
    return _answer(request, 500, "Something went wrong inside the server; its log has the details.")


def _answer(request: Request, status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    if request.url.path.startswith(CONTEXT_BROKER):
        name, title = PROBLEMS.get(status, PROBLEMS[BAD_REQUEST] if status < 500 else PROBLEMS[500])
        told = {"type": f"https://uri.etsi.org/ngsi-ld/errors/{name}", "title": title, "detail": sentence}
        return JSONResponse({**told, "status": status}, status, headers, media_type="application/problem+json")
    return JSONResponse({"error": sentence}, status, headers)
