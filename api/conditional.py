"""If-None-Match, as RFC 9110 §13.1.2 reads it: a list of ETags, weak or strong, or a star."""

from __future__ import annotations

import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def has_tag(header: str | None, etag: str) -> bool:
    """Whether the caller already has what `etag` names."""
    return header is not None and (header.strip() == "*" or etag in _TAG.findall(header))


def first_tag(header: str | None) -> str | None:
    """What the caller has seen last."""
    found = _TAG.search(header or "")
    return found.group(1) if found else None
