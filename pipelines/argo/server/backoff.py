"""Waits between tries: growing, capped, and random, so that many clients do not come back at the same moment."""

from __future__ import annotations

import random
from collections.abc import Iterator


def delays(first_s: float = 0.2, most_s: float = 15.0) -> Iterator[float]:
    """Endless, each between half and all of twice the one before ("equal jitter").

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    limit = first_s
    while True:
        yield random.uniform(limit / 2, limit)  # noqa: S311 (spreads load, keeps no secret)
        limit = min(most_s, 2 * limit)
