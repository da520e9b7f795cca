"""A server that speaks chat/completions, well or badly: each answer of its script is a small function."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.storage.storage_servers import Answer, Site, reply

PATH = "/v1/chat/completions"


class ChatServer:
    """Answers in the order of `script`, then with its last again. `bodies` and `keys` are what it was sent."""

    def __init__(self, site: Site) -> None:
        self.script: list[Answer] = [says("# Read")]
        self.bodies: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.url = f"{site.url}/v1"
        site.answers[PATH] = self._answer

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.bodies.append(json.loads(request.rfile.read(int(request.headers["Content-Length"]))))
            request.headers.replace_header("Content-Length", "0")
            self.keys.append(request.headers["Authorization"])
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer(request)
        finally:
            with self._lock:
                self._at_once -= 1


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    with Site().running() as site:
        yield ChatServer(site)


def says(text: str | None, finish: str = "stop", tokens: tuple[int, int] = (1000, 50)) -> Answer:
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return reply(
        200, json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()
    )


def says_after(gate: threading.Event, text: str) -> Answer:
    """Only when the gate is open, or after two seconds."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        gate.wait(2)
        says(text)(request)

    return answer


def hangs(request: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(1.5)


def hangs_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()
