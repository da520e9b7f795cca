"""Which failures of an endpoint pass by themselves, and how long to wait for it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from pdf_parser.domain.ledger import Usage
from pdf_parser.errors import ParserUnavailable

_PASSING = (408, 425, 429)  # and all from 500 on
_REFUSED = (401, 403, 404)  # key, rights, address or model: true for every page
LONGEST_WAIT_S = 30.0
TOLD_CHARS = 200


class AskingFailed(Exception):
    """One try in vain. `passes`: it may be different in a moment. `usage` where it was charged all the same."""

    def __init__(
        self, reason: str, passes: bool = False, retry_after_s: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(reason)
        self.passes = passes
        self.retry_after_s = retry_after_s
        self.usage = usage


class Unreachable(AskingFailed):
    """Nobody answers at that address."""


@dataclass(frozen=True)
class Patience:
    """Tries per page, and the seconds between the first two; then twice as long each time."""

    attempts: int = 4
    first_wait_s: float = 1.0

    def wait_s(self, failed: int, failure: AskingFailed) -> float:
        """Before the next try, after `failed` of them. What the server says goes before our own guess."""
        if failure.retry_after_s is not None:
            return failure.retry_after_s
        longest = min(LONGEST_WAIT_S, self.first_wait_s * 2.0 ** (failed - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 (spreads the load, keeps no secret)


def check_status(status: int, headers: httpx.Headers, body: str) -> None:
    """Raises AskingFailed for anything but success, ParserUnavailable when no page would fare better."""
    if status in _REFUSED:
        raise ParserUnavailable(f"The vision model's endpoint answered {status}. Check its url, model and key.")
    if status >= 500 or status in _PASSING:
        raise AskingFailed(f"the endpoint answered {status}", passes=True, retry_after_s=_retry_after(headers))
    if status != 200:
        raise AskingFailed(f"the endpoint answered {status}: {' '.join(body.split())[:TOLD_CHARS]}")


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds, or a date (RFC 9110 §10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.replace(".", "", 1).isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
