"""How other threads ask the engine's thread to do something."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from pdf_parser.errors import EngineUnavailable, PdfParserError

T = TypeVar("T")
_CLOSED = "The embedded engine is not running. Start the service again; its runs go on where they stopped."


class Inbox:
    """Requests wait in a queue; a byte on a socket wakes the engine's thread."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Callable[[], object], Future[object]]] = deque()
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

    def ask(self, request: Callable[[], T]) -> T:
        """Runs it in the engine's thread and waits for the result. Raises what it raises, or EngineUnavailable."""
        future: Future[object] = Future()
        with self._lock:
            if not self._is_open:
                raise EngineUnavailable(_CLOSED)
            self._queue.append((request, future))
            self._wake()
        return future.result()  # type: ignore[return-value]

    def serve(self) -> None:
        """In the engine's thread: answers what waits. An error that is not ours ends the engine."""
        with suppress(BlockingIOError):
            self._reader.recv(4096)
        while self._queue:
            request, future = self._queue.popleft()
            try:
                future.set_result(request())
            except PdfParserError as exc:
                future.set_exception(exc)
            finally:
                if not future.done():
                    future.set_exception(EngineUnavailable(_CLOSED))

    def shut(self) -> None:
        """No more requests; those that wait get EngineUnavailable. Wakes the engine's thread."""
        with self._lock:
            self._is_open = False
            self._wake()
            waiting, self._queue = list(self._queue), deque()
        for _, future in waiting:
            future.set_exception(EngineUnavailable(_CLOSED))

    def close(self) -> None:
        self.shut()
        self._reader.close()
        self._writer.close()

    def _wake(self) -> None:
        with suppress(BlockingIOError, OSError):
            self._writer.send(b"\0")
