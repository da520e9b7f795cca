"""Lines that run across two columns of prose are cut at the gutter: OCR and some producers write row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.content import Line

GUTTER = 1.2  # in font sizes: the least white of a gutter inside a line
PROSE_CHARS = 15  # a cell of a table is shorter, on the mean
MIN_LINES = 3

Gap = tuple[int, float, float]  # index of the word after the gap, left and right end of the white


def split_at_gutters(lines: list[Line]) -> list[Line]:
    gaps = {i: found for i, line in enumerate(lines) if (found := list(_wide_gaps(line)))}
    if len(gaps) < MIN_LINES:
        return lines
    out: list[Line] = []
    for i, line in enumerate(lines):
        cuts = [gap[0] for gap in gaps.get(i, ()) if _is_gutter(gap, i, lines, gaps)]
        bounds = [0, *cuts, len(line.words)]
        out += [line] if not cuts else [Line(line.words[a:b]) for a, b in pairwise(bounds)]
    return out


def _wide_gaps(line: Line) -> Iterator[Gap]:
    for i, (a, b) in enumerate(pairwise(line.words), start=1):
        if b.x0 - a.x1 >= GUTTER * line.size:
            yield i, a.x1, b.x0


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
