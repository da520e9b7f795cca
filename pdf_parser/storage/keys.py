"""The rule for keys, the same in every store, so that what works in a folder works in a bucket."""

from __future__ import annotations

import re

MAX_KEY_BYTES = 1024  # of S3: docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_SEGMENT_BYTES = 255  # NAME_MAX of Linux file systems
# Control characters and U+FFFE, U+FFFF cannot be written in the XML of a bucket listing.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ufffe\uffff]")


def check_key(key: str) -> str:
    """The key itself. ValueError unless it is relative, printable and short, with neither empty nor hidden segments.

    Hidden segments begin with a dot: "..", and the names that file systems and stores keep for themselves.
    """
    if len(key.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"key has more than {MAX_KEY_BYTES} bytes: {key[:80]!r}…")
    if _UNWRITABLE.search(key):
        raise ValueError(f"key has control characters: {key!r}")
    for segment in key.split("/"):
        _check_segment(segment, key)
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself: "", or the beginning of a valid key, with or without its last slash."""
    if prefix:
        check_key(prefix.removesuffix("/"))
    return prefix


def _check_segment(segment: str, key: str) -> None:
    if not segment:
        raise ValueError(f"key is absolute or has an empty segment: {key!r}")
    if segment.startswith("."):
        raise ValueError(f"key has a segment that begins with a dot: {key!r}")
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        raise ValueError(f"key has a segment of more than {MAX_SEGMENT_BYTES} bytes: {key[:80]!r}…")
