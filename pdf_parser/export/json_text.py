"""JSON that every reader takes: one line, UTF-8 as it is, no NaN, nothing that some take for a line break."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel

from pdf_parser.domain.geometry import BBox
from pdf_parser.export.text import whole_characters

# Legal inside JSON strings, yet str.splitlines() and JavaScript before 2019 end a line there.
_LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")

Box: TypeAlias = tuple[float | None, float | None, float | None, float | None]


def json_line(row: BaseModel) -> str:
    """One row of a file of JSON lines."""
    return json_text(row.model_dump(mode="json")) + "\n"


def json_text(value: object) -> str:
    """Compact. Numbers that JSON cannot say become null; half a surrogate pair becomes U+FFFD."""
    text = json.dumps(sayable(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def box(bbox: BBox) -> Box:
    """[x0, y0, x1, y1] in points, origin top-left, to the hundredth; null for what is no number."""
    return _points(bbox.x0), _points(bbox.y0), _points(bbox.x1), _points(bbox.y1)


def _points(x: float) -> float | None:
    return round(x, 2) + 0.0 if math.isfinite(x) else None


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
