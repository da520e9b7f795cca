"""Time as workflow documents write it, and durations as templates write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone

Clock = Callable[[], datetime]

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SPOKEN = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def to_text(moment: datetime) -> str:
    """RFC 3339 with milliseconds. Argo writes whole seconds, which is too coarse for steps of 50 ms."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def parse_duration(text: str) -> float:
    """Seconds, from "8" or from Go's notation: "90s", "1m30s", "500ms". Raises ValueError."""
    if text.isdecimal():
        return float(text)
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def spoken(seconds: float) -> str:
    """ "1 minute 30 seconds": the two largest units, as Argo words a back-off."""
    left = int(seconds)
    words: list[str] = []
    for unit, size in _SPOKEN:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}{'s' if count != 1 else ''}")
    return " ".join(words[:2]) or "0 seconds"
