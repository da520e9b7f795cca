"""What a step knows of the pod it runs in: which attempt this is, and whether another one would have more memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ATTEMPT, RETRY_LIMIT = "STEP_ATTEMPT", "STEP_RETRY_LIMIT"  # {{retries}} and retryStrategy.limit
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_NO_LIMIT_BYTES = 1 << 60  # version 1 of cgroups says "none" by a huge number


@dataclass(frozen=True)
class Pod:
    """`attempt` counts from 0. Each attempt has twice the memory of the one before (podSpecPatch of the template),
    where the container `is_limited` at all: elsewhere another attempt meets the same machine again.
    """

    attempt: int = 0
    retry_limit: int = 0
    is_limited: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str], limits: tuple[Path, ...] = _CGROUP_LIMITS) -> Pod:
        return cls(
            attempt=_number(environment.get(ATTEMPT)),
            retry_limit=_number(environment.get(RETRY_LIMIT)),
            is_limited=any(map(_is_limit, limits)),
        )

    @property
    def can_grow(self) -> bool:
        return self.is_limited and self.attempt < self.retry_limit

    @property
    def growth(self) -> int:
        """How many times the memory of the first attempt this one has."""
        return 1 << self.attempt if self.is_limited else 1


def _number(text: str | None) -> int:
    """0 for what is missing or was not filled in."""
    return int(text) if text and text.isdecimal() else 0


def _is_limit(path: Path) -> bool:
    try:
        text = path.read_text().strip()
    except OSError:
        return False
    return text.isdecimal() and int(text) < _NO_LIMIT_BYTES
