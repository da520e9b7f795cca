"""How other threads ask the engine's thread to do something."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from pdf_parser.errors import EngineUnavailable, PdfParserError

T = TypeVar("T")
_CLOSED = "The embedded engine is not running. Start the service again; its runs go on where they stopped."


@dataclass
class _Request:
    do: Callable[[], object]
    future: Future[object] = field(default_factory=Future)
    error: PdfParserError | None = None
    result: object = None


class Inbox:
    """Requests wait in a queue; a byte on a socket wakes the engine's thread.

    It does them in `serve` and tells their callers in `answer`, once the outcome is in the state file.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Request] = deque()
        self._done: list[_Request] = []
        self._lock = threading.Lock()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._is_open = True

    def fileno(self) -> int:
        return self._reader.fileno()

    @property
    def is_open(self) -> bool:
        return self._is_open

    def ask(self, do: Callable[[], T]) -> T:
        """Waits for the engine's thread to do it. Raises what it raises, or EngineUnavailable."""
        request = _Request(do)
        with self._lock:
            if not self._is_open:
                raise EngineUnavailable(_CLOSED)
            self._waiting.append(request)
            self._wake()
        return request.future.result()  # type: ignore[return-value]

    def serve(self) -> None:
        """Does what was asked. An error that is not ours is not caught: it ends the engine."""
        with suppress(BlockingIOError):
            self._reader.recv(4096)
        while self._waiting:
            request = self._waiting.popleft()
            self._done.append(request)
            try:
                request.result = request.do()
            except PdfParserError as exc:
                request.error = exc

    def answer(self) -> None:
        for request in self._done:
            if request.error is not None:
                request.future.set_exception(request.error)
            else:
                request.future.set_result(request.result)
        self._done.clear()

    def shut(self) -> None:
        """No more requests; wakes the engine's thread."""
        with self._lock:
            self._is_open = False
            self._wake()

    def close(self) -> None:
        """By the engine's thread, at its end: whoever still waits gets EngineUnavailable."""
        self.shut()
        for request in (*self._done, *self._waiting):
            request.future.set_exception(EngineUnavailable(_CLOSED))
        self._reader.close()
        self._writer.close()

    def _wake(self) -> None:
        with suppress(OSError):
            self._writer.send(b"\0")
