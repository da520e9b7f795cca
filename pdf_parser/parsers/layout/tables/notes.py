"""Lines around a table that are about it: captions, sources, notes."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"^(table|exhibit|figure|fig\.|chart|box|tab\.|tableau|tabelle|tabla|tabella|tabela|abbildung|abb\.|schedule|annex)"
    r"\s*[-–]?\s*(([a-z]{1,2}[-.–]?)?\d+([-.–]\d+)*[a-z]?|[ivxlc]+|[a-z])\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^((\(?\*+\)?|†|‡|§|#)\s|(notes?|sources?|quellen?|legend|abbreviations?|fuente|nota|remarques?)\b\s*[:.(–-]?)",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """It begins as "Table 3." or "Exhibit B-4" does."""
    return bool(_CAPTION.match(text.strip()))


def is_note(text: str) -> bool:
    return bool(_NOTE.match(text.strip()))
