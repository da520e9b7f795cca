"""The caption of a table: the lines close above it, or else close below, that begin as captions do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.notes import is_caption
from pdf_parser.parsers.layout.tables.text import Segment, cut_line, segment, visual_lines

MAX_LINES = 5
FAR = 2.5  # em of white between the table and its caption
CLOSE = 1.0  # em of white between the lines of a caption


def with_caption(table: FoundTable, items: Sequence[Item]) -> FoundTable:
    """`items`: words that no table has taken. They stay where they are: the caption is a paragraph of the page too."""
    reach = 80.0
    near = [
        it
        for it in items
        if it[1].x1 > table.x0 - 20
        and it[1].x0 < table.x1 + 20
        and not it[1].angle % 180
        and table.y0 - reach < it[1].y0 < table.y1 + reach
    ]
    lines = [_line(line, table) for line in visual_lines(near)]
    found = _above([li for li in lines if li and li.y1 <= table.y0 + 3], table.y0) or _below(
        [li for li in lines if li and li.y0 >= table.y1 - 3], table.y1
    )
    return replace(table, caption=" ".join(s.text for s in found)) if found else table


def _line(line: list[Item], table: FoundTable) -> Segment | None:
    """Pieces that touch the table's width, as one."""
    pieces = [s for s in cut_line(line, 3.0) if s.x1 > table.x0 - 5 and s.x0 < table.x1 + 5]
    return segment([it for s in pieces for it in s.items]) if pieces else None


def _above(lines: Sequence[Segment | None], edge: float) -> list[Segment]:
    found: list[Segment] = []
    for line in reversed(lines[-MAX_LINES:]):
        if line is None or edge - line.y1 > (CLOSE if found else FAR) * line.size:
            return []
        found.insert(0, line)
        edge = line.y0
        if is_caption(line.text):
            return found
    return []


def _below(lines: Sequence[Segment | None], edge: float) -> list[Segment]:
    found: list[Segment] = []
    for line in lines[:MAX_LINES]:
        if line is None or line.y0 - edge > (CLOSE if found else FAR) * line.size:
            break
        if not found and not is_caption(line.text):
            break
        if found and abs(line.size - found[0].size) > 0.5:
            break
        found.append(line)
        edge = line.y1
    return found
