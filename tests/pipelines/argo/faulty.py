"""An argo-server that misbehaves as told: ASGI middleware before one of ours."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

WATCH = "/api/v1/workflow-events/"
REFUSALS = {
    "500": (500, {"code": 2, "message": "etcdserver: leader changed"}),
    "503": (503, None),
    "401": (401, {"code": 16, "message": "token not valid for running mode"}),
    "400": (400, {"code": 3, "message": "The resourceVersion for the provided watch is too old."}),
    "410": (410, {"error": {"grpc_code": 9, "http_code": 410, "message": "too old resource version"}}),
}


class Cut(Exception):
    """Ends the connection in the middle of an answer."""


@dataclass
class Faults:
    """What the next requests meet, first come first served: "500", "503", "401", "hang", "drop"; of watches also "400",
    "410", and "cut", which ends a watch in the middle of its next line. `calls` counts requests by kind.
    """

    requests: deque[str] = field(default_factory=deque)
    watches: deque[str] = field(default_factory=deque)
    cut_watches: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    def around(self, app: ASGIApp) -> ASGIApp:
        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            is_watch = scope["path"].startswith(WATCH)
            self.calls[_kind(scope)] += 1
            waiting = self.watches if is_watch else self.requests
            fault = waiting.popleft() if waiting else ""
            if fault:
                await _misbehave(fault, send)
                return
            await app(scope, receive, self._cutting(send) if is_watch else send)

        return faulty

    def _cutting(self, send: Send) -> Send:
        async def cut(message: Message) -> None:
            if self.cut_watches and message.get("body"):
                self.cut_watches -= 1
                await send({**message, "body": message["body"][: len(message["body"]) // 2]})
                raise Cut
            await send(message)

        return cut


async def _misbehave(fault: str, send: Send) -> None:
    if fault == "drop":
        raise Cut
    if fault == "hang":
        await asyncio.sleep(60)
    status, body = REFUSALS.get(fault, (503, None))
    await send({"type": "http.response.start", "status": status, "headers": []})
    text = json.dumps(body) if body else "<html>no healthy upstream</html>"
    await send({"type": "http.response.body", "body": text.encode()})


def _kind(scope: Scope) -> str:
    path = scope["path"]
    if path.startswith(WATCH):
        return "watch"
    parts = path.removeprefix("/api/v1/workflows/").split("/")
    kinds = {1: "list", 2: "get"} if scope["method"] == "GET" else {2: "delete"}
    return kinds.get(len(parts), parts[-1])
