"""A circuit breaker: when the server does not answer, callers learn it at once instead of after a time-out each."""

from __future__ import annotations

import time
from collections.abc import Callable

from pdf_parser.errors import EngineUnavailable

FAILURES, OPEN_S = 5, 5.0


class Circuit:
    """Opens after `failures` in a row; then one call in `open_s` seconds goes through, and its success closes it."""

    def __init__(
        self, failures: int = FAILURES, open_s: float = OPEN_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._next_probe = 0.0

    @property
    def state(self) -> str:
        if self._failures < self._limit:
            return "closed"
        return "open" if self._clock() < self._next_probe else "half-open"

    def admit(self) -> None:
        """Raises EngineUnavailable while it is open. Half open, the caller is the probe and others stay out."""
        if self.state == "open":
            raise EngineUnavailable("The workflow engine has not answered several times. Try again in some seconds.")
        if self.state == "half-open":
            self._next_probe = self._clock() + self._open_s

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        self._next_probe = self._clock() + self._open_s
