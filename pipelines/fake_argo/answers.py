"""JSON as argo-server answers it: objects, refusals with gRPC's codes, and streams of lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

INVALID, NOT_FOUND, EXISTS, EXHAUSTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED = 3, 5, 6, 8, 13, 14, 16


class Refusal(Exception):
    """HTTP status, gRPC code and message of an answer that is not 2xx."""

    def __init__(self, http: int, code: int, message: str) -> None:
        super().__init__(message)
        self.http = http
        self.code = code
        self.message = message

    def response(self) -> JSONResponse:
        return JSONResponse({"code": self.code, "message": self.message}, self.http)

    def in_stream(self) -> dict[str, Any]:
        status = HTTPStatus(self.http).phrase
        error = {"grpc_code": self.code, "http_code": self.http, "message": self.message, "http_status": status}
        return {"error": error}


def not_found(kind: str, name: str) -> Refusal:
    return Refusal(404, NOT_FOUND, f'{kind}.argoproj.io "{name}" not found')


class LineStream:
    """One JSON object a line. The headers are sent with the first line, which on a quiet watch takes its time.

    A refusal becomes the status when nothing was sent before, the last line otherwise.
    """

    def __init__(self, lines: AsyncIterator[Mapping[str, Any]]) -> None:
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending, gone = asyncio.create_task(self._send(send)), asyncio.create_task(_wait_until_gone(receive))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            gone.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        started = False
        try:
            async for line in self._lines:
                if not started:
                    await _start(send, 200)
                started = True
                await _write(send, line)
        except Refusal as exc:
            if not started:
                await _start(send, exc.http)
            started = True
            await _write(send, exc.in_stream())
        if not started:
            await _start(send, 200)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _start(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})


async def _write(send: Send, line: Mapping[str, Any]) -> None:
    body = json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
