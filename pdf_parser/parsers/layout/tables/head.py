"""The head of a table without full rules: how many lines it has, its levels and its spans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.rows import TableLine
from pdf_parser.parsers.layout.tables.rulings import Ruling
from pdf_parser.parsers.layout.tables.text import Segment, cut_line, is_numeric, segment
from pdf_parser.parsers.layout.tables.white import Gutter

MAX_HEAD_LINES = 9
PART = 0.45  # em: head words of neighbouring columns stand nearer than columns of the body do


def count_head_lines(lines: Sequence[TableLine], full: Sequence[Ruling], stub: float) -> int:
    """Lines above the first rule that runs through below the top; without one, those before the first figures.

    The stub column ends at x `stub`: rules that begin to its right part levels of the head."""
    for ruling in full:
        if ruling.start > stub:
            continue
        above = sum(line.bottom <= ruling.at + 2 for line in lines)
        if 0 < above <= min(MAX_HEAD_LINES, len(lines) - 1):
            return above
    for n, line in enumerate(lines[: MAX_HEAD_LINES + 1]):
        if _is_body(line):
            return n
    return _different_style(lines)


def _is_body(line: TableLine) -> bool:
    """Half of what stands beside the stub is figures, and not just years over columns."""
    beside = [c for c in line.cells if c > 0]
    figures = [c for c in beside if is_numeric(line.text(c))]
    return bool(beside) and 0 in line.cells and 2 * len(figures) >= len(beside)


def _different_style(lines: Sequence[TableLine]) -> int:
    """1 when the first line is bold and the rest is not."""
    if len(lines) < 2:
        return 0
    first, rest = lines[0].items, [it for line in lines[1:] for it in line.items]
    return int(all(w.bold for _, w in first) and sum(w.bold for _, w in rest) < 0.5 * len(rest))


Piece = tuple[Segment, int, int]  # a piece of a line with the first and last column that it stands over


def head_segments(line: TableLine, gutters: Sequence[Gutter]) -> list[Piece]:
    found: list[Piece] = []
    for piece in cut_line(line.items, PART):
        found += _cut_at_gutters(piece, gutters)
    return found


def widened(pieces: Sequence[Piece], gutters: Sequence[Gutter], x0: float, x1: float) -> list[Piece]:
    """Spanning pieces reach over all the columns that they are centred on, as far as no other piece stands there.
    Columns lie between x0 and x1."""
    edges = [x0, *(x for g in gutters for x in (g.x0, g.x1)), x1]
    columns = list(zip(edges[::2], edges[1::2], strict=True))
    taken = {c for _, first, last in pieces for c in range(first, last + 1)}
    found = []
    for piece, first, last in pieces:
        if first < last or (len(pieces) == 1 and _sticks_out(piece, columns[first])):
            free = taken - set(range(first, last + 1))
            first, last = _centred_on(piece, columns, first, last, free)
        found.append((piece, first, last))
    return found


def _sticks_out(piece: Segment, column: tuple[float, float]) -> bool:
    return min(piece.x0 - column[0], column[1] - piece.x1) < -0.8 * piece.size


def _centred_on(
    piece: Segment, columns: Sequence[tuple[float, float]], first: int, last: int, taken: set[int]
) -> tuple[int, int]:
    """The widest range of columns beside the stub that shares its middle with the piece."""
    middle, em = piece.x0 + piece.x1, piece.size
    best = first, last
    for a in range(min(first, 1), first + 1):
        for b in range(last, len(columns)):
            if taken.intersection(range(a, b + 1)) or abs(columns[a][0] + columns[b][1] - middle) > 3 * em:
                continue
            if b - a > best[1] - best[0] and (a > 0 or first == 0):
                best = a, b
    return best


def _cut_at_gutters(piece: Segment, gutters: Sequence[Gutter]) -> list[Piece]:
    """A piece over several columns stays whole when some word stands across a gutter."""
    first = sum(g.at <= (piece.items[0][1].x0 + piece.items[0][1].x1) / 2 for g in gutters)
    last = sum(g.at <= (piece.items[-1][1].x0 + piece.items[-1][1].x1) / 2 for g in gutters)
    if last == first:
        reach = [i for i, g in enumerate(gutters) if piece.x0 < g.x0 - 1 and piece.x1 > g.x1 + 1]
        return [(piece, min([first, *reach]), max([first, *(i + 1 for i in reach)]))]
    if any(w.x0 < g.x0 - 1 and w.x1 > g.x1 + 1 for g in gutters[first:last] for _, w in piece.items):
        return [(piece, first, last)]
    if _is_centred(piece, gutters, first, last):
        return [(piece, first, last)]
    parts: dict[int, list[Item]] = {}
    for item in piece.items:
        parts.setdefault(sum(g.at <= (item[1].x0 + item[1].x1) / 2 for g in gutters), []).append(item)
    return [(segment(items), col, col) for col, items in sorted(parts.items())]


def _is_centred(piece: Segment, gutters: Sequence[Gutter], first: int, last: int) -> bool:
    """No word space of the piece is wider at a gutter than elsewhere: it was not set as several heads."""
    spaces = [b[1].x0 - a[1].x1 for a, b in pairwise(piece.items)]
    at_gutters = [
        s
        for s, a, b in zip(spaces, piece.items, piece.items[1:], strict=False)
        if any(a[1].x1 <= g.at <= b[1].x0 or (a[1].x1 < g.x1 and b[1].x0 > g.x0) for g in gutters[first:last])
    ]
    others = [s for s in spaces if s not in at_gutters]
    return bool(others) and bool(at_gutters) and max(at_gutters) <= max(others) * 1.15
