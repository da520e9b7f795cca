"""The name under which Argo's UI lists a run: that of the document instead of an id."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

TITLE = "workflows.argoproj.io/title"
MOST = 100
_UNSAFE = re.compile(r"[^\w .()-]+")


def run_title(source: str) -> dict[str, str]:
    """The annotation, from the last part of the URL; nothing of its query, which may be a signature.

    The UI reads it as Markdown and argo-server splits annotations at commas and equals signs: none of these stay.
    """
    name = unquote(urlsplit(source).path).rstrip("/").rpartition("/")[2]
    text = _UNSAFE.sub(" ", name).strip()[-MOST:]
    return {TITLE: text} if text else {}
