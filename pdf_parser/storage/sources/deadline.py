"""A limit for a whole transfer. Read time-outs do not limit it: a server may send one byte just before each of them."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Timer
from types import TracebackType
from typing import Any


class Deadline:
    """Shuts the connection down when the time is over; whoever is reading from it wakes up with an error or an end."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.expired = False
        self._socket: socket.socket | None = None
        self._timer = Timer(limit_s, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Told by httpx of what it does: www.python-httpx.org/advanced/extensions/#trace. TLS gives a new socket."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.expired:
                self._shut_down()

    def _expire(self) -> None:
        self.expired = True
        self._shut_down()

    def _shut_down(self) -> None:
        """Below TLS: `SSLSocket.shutdown` would take the TLS state away from the thread that is reading."""
        if self._socket is not None:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
