"""The header Prefer (RFC 7240), as far as it says how long to wait."""

from __future__ import annotations

import re

_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])', re.IGNORECASE)


def preferred_wait_s(header: str | None, default_s: int, most_s: int) -> int:
    """Seconds that the caller wants to wait, at most `most_s`; a header that says nothing about it means the default.

    The first of several counts, as the RFC says.
    """
    found = _WAIT.search(header or "")
    return min(int(found.group(1)), most_s) if found else default_s
