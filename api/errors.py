"""One JSON shape for every error, and the API's last handler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from loguru import logger
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.schemas import FieldError, Problem
from pdf_parser.errors import InternalError, InvalidOptions, PdfParserError, QueueFull

MEDIA_TYPE = "application/problem+json"
REQUEST_ID_HEADER = "X-Request-ID"


@dataclass(frozen=True)
class HttpError:
    """What goes wrong in HTTP itself, before any run is concerned."""

    code: str
    user_action: str


_HTTP_ERRORS = {
    404: HttpError("NotFound", "See /docs for the paths of this service."),
    405: HttpError("MethodNotAllowed", "See /docs for the methods of this path."),
    413: HttpError("RequestTooLarge", "Send the URL of the PDF, not the PDF."),
    415: HttpError("UnsupportedMediaType", "Send JSON, with Content-Type: application/json."),
}
_MOST_ERRORS = 20
_OTHER = HttpError("InvalidRequest", "Correct the request; see /docs.")


def install_error_handlers(app: FastAPI, retry_after_s: int) -> None:
    async def on_known_error(request: Request, exc: PdfParserError) -> JSONResponse:
        retry = {"Retry-After": str(retry_after_s)} if isinstance(exc, QueueFull) else {}
        return problem_response(request, exc, headers=retry)

    app.exception_handler(PdfParserError)(on_known_error)
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    app.exception_handler(HTTPException)(_on_http_error)
    app.exception_handler(Exception)(_on_unknown_error)


async def _on_invalid_request(request: Request, exc: RequestValidationError) -> JSONResponse:
    errors = field_errors(exc.errors())
    summary = "; ".join(f"{e.field}: {e.message}" for e in errors[:3])
    return problem_response(request, InvalidOptions(f"The request is not valid. {summary}"), errors=errors)


def field_errors(found: Sequence[Any]) -> list[FieldError]:
    """What pydantic has found, without the values."""
    return [FieldError(field=".".join(map(str, e["loc"])), message=e["msg"]) for e in found[:_MOST_ERRORS]]


async def _on_http_error(request: Request, exc: HTTPException) -> JSONResponse:
    return http_problem_response(request, exc.status_code, str(exc.detail), exc.headers)


async def _on_unknown_error(request: Request, exc: Exception) -> JSONResponse:
    """The server logs the traceback; the caller gets none of it."""
    logger.bind(correlation_id=correlation_id(request)).opt(exception=exc).error("unexpected error")
    return problem_response(request, InternalError())


def problem_response(
    request: Request,
    exc: PdfParserError,
    headers: Mapping[str, str] | None = None,
    errors: list[FieldError] | None = None,
) -> JSONResponse:
    return _respond(problem_body(exc, correlation_id(request), errors), headers)


def problem_body(exc: PdfParserError, request_id: str, errors: list[FieldError] | None = None) -> Problem:
    return Problem(
        type=f"urn:pdf-parser:error:{exc.code()}",
        title=exc.default_message().partition(". ")[0],
        status=exc.http_status,
        detail=str(exc),
        code=exc.code(),
        retryable=exc.retryable or exc.http_status in (429, 503),
        user_action=exc.user_action(),
        correlation_id=request_id,
        errors=errors,
    )


def http_problem_response(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return _respond(http_problem(status, detail, correlation_id(request)), headers)


def http_problem(status: int, detail: str, request_id: str) -> Problem:
    error = _HTTP_ERRORS.get(status, _OTHER)
    return Problem(
        type=f"urn:pdf-parser:error:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=error.code,
        retryable=False,
        user_action=error.user_action,
        correlation_id=request_id,
    )


def correlation_id(request: Request) -> str:
    """Set by the middleware for every request that reaches the app."""
    return str(request.state.correlation_id)


def _respond(problem: Problem, headers: Mapping[str, str] | None) -> JSONResponse:
    """The correlation id goes into the header here as well: the last handler answers outside of the middleware."""
    own = {REQUEST_ID_HEADER: problem.correlation_id}
    body = problem.model_dump(exclude_none=True)
    return JSONResponse(body, problem.status, {**own, **(headers or {})}, media_type=MEDIA_TYPE)
