"""Conversations with the service without any I/O: generators that yield what is to be done, and get what came of it.

So the blocking and the async client are one: each only does what is yielded.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from pdf_parser_client.errors import ServiceUnreachable, error_of

TRIES = 8
MAX_PAUSE_S = 60.0
BUSY = (429, 502, 503, 504)
REPEATABLE = ("GET", "PUT", "DELETE")


@dataclass(frozen=True)
class Send:
    """A request. `path` is one of the service, or a whole URL: then nothing that identifies the caller goes with it."""

    method: str
    path: str
    json: Mapping[str, Any] | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    timeout_s: float = 60.0

    @property
    def may_be_repeated(self) -> bool:
        return self.method in REPEATABLE or "Idempotency-Key" in self.headers


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Digest:
    """The sha256 of a file, in hex."""

    path: Path


Todo = Send | Pause | Digest
Came = httpx.Response | httpx.TransportError | str | None
T = TypeVar("T")
Talk = Generator[Todo, Came, T]


def ask(send: Send) -> Talk[httpx.Response]:
    """The answer. A busy service is asked again, when it says or later and later; so is one that was not reached.

    Raises ApiError or ServiceUnreachable.
    """
    for n in range(TRIES):
        came = yield send
        is_last = n + 1 == TRIES
        if isinstance(came, httpx.Response):
            if came.is_success or came.status_code == 304:
                return came
            if is_last or came.status_code not in BUSY or not (came.status_code == 429 or send.may_be_repeated):
                raise error_of(came)
            yield Pause(pause_s(n, came.headers.get("Retry-After")))
        elif isinstance(came, httpx.TransportError):
            if is_last or not send.may_be_repeated:
                raise ServiceUnreachable(f"{send.method} {send.path}: {came!r}") from came
            yield Pause(pause_s(n, None))
    raise AssertionError("the last try returns or raises")


def pause_s(n: int, retry_after: str | None) -> float:
    """After the n-th try, from 0: what the service asks for, else 0.5 s doubled each time; a bit more, by chance."""
    asked = float(retry_after) if retry_after and retry_after.isdecimal() else 0.5 * 2**n
    return min(asked, MAX_PAUSE_S) * random.uniform(1.0, 1.25)  # noqa: S311 (so that clients do not come together)
