"""Task ids: the name of the workflow and of the task record. They sort by time and are valid Kubernetes names."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

PREFIX = "pdf-"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: https://www.crockford.com/base32.html
_TIME_DIGITS, _RANDOM_DIGITS = 10, 16
OWN_ID = rf"^{PREFIX}[{_ALPHABET}]{{{_TIME_DIGITS + _RANDOM_DIGITS}}}$"  # what `task_id` makes
_UPLOAD = re.compile(rf"[{_ALPHABET}]{{26}}")
_NAME = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")


def new_task_id(now: datetime) -> str:
    """A ULID behind a prefix: 48 bits of milliseconds, then 80 random bits."""
    return task_id(int(now.timestamp() * 1000), secrets.randbits(5 * _RANDOM_DIGITS))


def new_upload_id() -> str:
    """130 random bits: who knows it may write there."""
    return _base32(secrets.randbits(130), 26)


def is_upload_id(text: str) -> bool:
    return bool(_UPLOAD.fullmatch(text))


def task_id(milliseconds: int, random_bits: int) -> str:
    return PREFIX + _base32(milliseconds, _TIME_DIGITS) + _base32(random_bits, _RANDOM_DIGITS)


def milliseconds_of(task_id: str) -> int:
    """When an id of ours was made, since the epoch."""
    number = 0
    for digit in task_id.removeprefix(PREFIX)[:_TIME_DIGITS]:
        number = number << 5 | _ALPHABET.index(digit)
    return number


def time_prefix(milliseconds: int, open_digits: int) -> str:
    """What all ids have in common that were made within the same 32**open_digits milliseconds."""
    return PREFIX + _base32(milliseconds, _TIME_DIGITS)[: _TIME_DIGITS - open_digits]


def is_task_id(text: str) -> bool:
    """Any RFC 1123 label of at most 63 characters: scheduled and hand-made runs have names of their own."""
    return bool(_NAME.fullmatch(text))


def _base32(number: int, digits: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(digits)))
