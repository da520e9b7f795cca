"""Lines that run over a gutter are cut there.

It happens where a producer or OCR writes row by row, and where a paragraph ends level with the one that begins the next
column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.content import Line

GUTTER = 1.2  # in font sizes: the least white of a gutter inside a line
MARKER_CHARS = 6  # so much text before a wide gap is a list marker or a number, not a column
PROSE_CHARS = 15  # a cell of a table is shorter, on the mean
MIN_LINES = 3

Gap = tuple[int, float, float]  # index of the word after the gap, left and right end of the white


def split_at_gutters(lines: list[Line]) -> list[Line]:
    gaps = {i: found for i, line in enumerate(lines) if (found := list(_wide_gaps(line)))}
    if not gaps:
        return lines
    out: list[Line] = []
    for i, line in enumerate(lines):
        cuts = [gap[0] for gap in gaps.get(i, ()) if _begins_column(gap, i, lines) or _is_gutter(gap, i, lines, gaps)]
        bounds = [0, *cuts, len(line.words)]
        out += [line] if not cuts else [Line(line.words[a:b]) for a, b in pairwise(bounds)]
    return out


def _wide_gaps(line: Line) -> Iterator[Gap]:
    for i, (a, b) in enumerate(pairwise(line.words), start=1):
        if b.x0 - a.x1 >= GUTTER * line.size:
            yield i, a.x1, b.x0


def _begins_column(gap: Gap, index: int, lines: Sequence[Line]) -> bool:
    """The next line, or the one before, starts where the white ends: what stands there is of one column with it."""
    line = lines[index]
    if sum(len(w.text) + 1 for w in line.words[: gap[0]]) <= MARKER_CHARS:
        return False
    around = (lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines))
    return any(
        abs(near.x0 - gap[2]) <= line.size and 0 < abs(near.y0 - line.y0) <= 2 * (line.y1 - line.y0) for near in around
    )


def _is_gutter(gap: Gap, index: int, lines: Sequence[Line], gaps: dict[int, list[Gap]]) -> bool:
    """The white goes on through the neighbour lines, and there is prose on both sides."""
    same = [(index, gap)]
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(lines) and abs(at - index) <= MIN_LINES:
            shared = next((g for g in gaps.get(at, ()) if _shares(g, gap, lines[index].size)), None)
            if shared is None:
                break
            same.append((at, shared))
            at += step
    return len(same) >= MIN_LINES and _is_prose(same, lines)


def _shares(a: Gap, b: Gap, size: float) -> bool:
    return min(a[2], b[2]) - max(a[1], b[1]) >= 0.8 * size


def _is_prose(same: Sequence[tuple[int, Gap]], lines: Sequence[Line]) -> bool:
    left = [sum(len(w.text) + 1 for w in lines[i].words[: gap[0]]) for i, gap in same]
    right = [sum(len(w.text) + 1 for w in lines[i].words[gap[0] :]) for i, gap in same]
    return min(sum(left), sum(right)) >= PROSE_CHARS * len(same)
