"""What happens around every request: a correlation id, a limit on its body, a log line and a measurement."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping

from loguru import logger
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import REQUEST_ID_HEADER, http_problem_response
from api.metrics import Metrics
from pdf_parser.observability.trace import Tracer

MAX_BODY_BYTES = 64 * 1024
UNMATCHED = "unmatched"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,128}$")


class CorrelationId:
    """Takes the caller's X-Request-ID or makes one; it is in the answer, and in every log line of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["correlation_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request_id
            await send(message)

        with logger.contextualize(correlation_id=request_id):
            await self._app(scope, receive, send_with_id)


class Trace:
    """A span around every request, below the caller's own where it sends a traceparent."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = Headers(scope=scope).get("traceparent", "")
        told = {"correlation_id": scope["state"]["correlation_id"], "http.request.method": _method(scope)}
        with self._tracer.span(f"{_method(scope)} {_known_path(scope)}", parent, **told):
            await self._app(scope, receive, send)


class Measure:
    """Counts and times answers by route template, so that task ids do not become labels."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with self._metrics.in_flight():
                await self._app(scope, receive, send_and_note)
        finally:
            seconds = time.monotonic() - started
            self._metrics.observe_request(_method(scope), _route(scope), status, seconds)
            log = logger.bind(method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000))
            log.debug("answered")


class BodyLimit:
    """Refuses with 413 what is longer than any request of ours, before it is in memory.

    The bytes of an upload stream past it: their handler counts them.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_upload(scope):
            await self._app(scope, receive, send)
            return
        body = await _read_at_most(self._max_bytes, scope, receive)
        if body is None:
            detail = f"The body has more than {self._max_bytes} bytes."
            await http_problem_response(Request(scope), 413, detail)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read_at_most(max_bytes: int, scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None when it is too long; Content-Length alone may lie or be missing."""
    declared = Headers(scope=scope).get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        return None
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > max_bytes:
            return None
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever the client does next: it may leave."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


def _is_upload(scope: Mapping[str, object]) -> bool:
    return scope["method"] == "PUT" and str(scope["path"]).removeprefix("/v1").startswith("/uploads/")


def _method(scope: Mapping[str, object]) -> str:
    """A client may invent methods; a label may not."""
    return str(scope["method"]) if scope["method"] in _METHODS else "other"


def _known_path(scope: Mapping[str, object]) -> str:
    """The first part of the path: routes are matched later, and ids in names of spans are of no use."""
    return f"/{str(scope['path']).lstrip('/').partition('/')[0]}"


def _route(scope: Mapping[str, object]) -> str:
    return str(getattr(scope.get("route"), "path", UNMATCHED))
