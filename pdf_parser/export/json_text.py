"""JSON that every reader takes: one line, UTF-8 as it is, no NaN, nothing that some take for a line break."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from pdf_parser.domain.geometry import BBox
from pdf_parser.export.text import whole_characters

# Legal inside JSON strings, yet str.splitlines() and JavaScript before 2019 end a line there.
_LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")


def json_text(value: object) -> str:
    """Compact. Numbers that JSON cannot say become null; half a surrogate pair becomes U+FFFD."""
    text = json.dumps(sayable(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def box(bbox: BBox) -> list[float | None]:
    """[x0, y0, x1, y1] in points, origin top-left, to the hundredth; null for what is no number."""
    return [round(x, 2) + 0.0 if math.isfinite(x) else None for x in (bbox.x0, bbox.y0, bbox.x1, bbox.y1)]


def sayable(value: object) -> object:
    """The same value, as `json_text` would say it; for those who write JSON by other means."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {whole_characters(str(k)): sayable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [sayable(v) for v in value]
    return value
