"""Drawn columns that hold several columns of figures are cut; what is set across the cut stays one cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.tables.columns import find_gutters
from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.head import head_segments, widened
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.text import is_numeric, line_text, visual_lines
from pdf_parser.parsers.layout.tables.white import Gutter


@dataclass(slots=True)
class _Split:
    """A drawn column cut in several; `first` is the number that its leftmost part has in the new grid."""

    first: int
    gutters: list[Gutter]

    @property
    def last(self) -> int:
        return self.first + len(self.gutters)

    def spans(self, line: Sequence[Item], x0: float, x1: float) -> list[tuple[int, int]]:
        pieces = widened(head_segments(table_line(list(line), ()), self.gutters), self.gutters, x0, x1)
        return [(self.first + a, self.first + b) for _, a, b in pieces]


def with_split_columns(grid: Grid, items: Sequence[Item]) -> Grid:
    """A drawn column that holds several columns of figures is cut; what is set across the cut stays one cell."""
    splits: list[_Split] = []
    xs, parts = [grid.xs[0]], {}
    for c in range(grid.n_cols):
        split = _Split(len(xs) - 1, _inner_gutters(grid, items, c))
        splits.append(split)
        parts[c] = range(split.first, split.last + 1)
        xs += [*(g.at for g in split.gutters), grid.xs[c + 1]]
    if not any(split.gutters for split in splits):
        return grid
    new = Grid(xs, grid.ys)
    new.open_right = {(r, parts[c][-1]) for r, c in grid.open_right}
    new.open_below = {(r, k) for r, c in grid.open_below for k in parts[c]}
    head_cut = None
    for c, split in enumerate(splits):
        if split.gutters:
            inner = _in_column(grid, items, c)
            for r, held in by_row(grid, inner).items():
                lines = visual_lines(held)
                spans = [split.spans(line, grid.xs[c], grid.xs[c + 1]) for line in lines]
                new.open_right |= {(r, k) for line in spans for a, b in line for k in range(a, b)}
                if r == 0 and head_cut is None:
                    head_cut = _spanning_head_ends(lines, spans)
    return new if head_cut is None else _with_split_head(new, head_cut, [s for s in splits if s.gutters])


def _spanning_head_ends(lines: Sequence[Sequence[Item]], spans: Sequence[Sequence[tuple[int, int]]]) -> float | None:
    """Where, in the first row, a line with a spanning head stands above the heads of single columns."""
    for i, line in enumerate(spans[:-1]):
        below = {a for later in spans[i + 1 :] for a, b in later if a == b}
        if any(b > a and len(below.intersection(range(a, b + 1))) > 1 for a, b in line):
            return (max(w.y1 for _, w in lines[i]) + min(w.y0 for _, w in lines[i + 1])) / 2
    return None


def _with_split_head(grid: Grid, at: float, splits: Sequence[_Split]) -> Grid:
    """The first row becomes two; what stands beside the split columns runs down through both."""
    if any((0, c) in grid.open_below for c in range(grid.n_cols)):
        return grid
    new = Grid(grid.xs, [grid.ys[0], at, *grid.ys[1:]])
    inner = {c for s in splits for c in range(s.first, s.last)}
    heads = {c for s in splits for c in range(s.first, s.last + 1)}
    new.open_right = {(r + 1, c) for r, c in grid.open_right if r > 0 or c not in inner}
    new.open_right |= {(0, c) for r, c in grid.open_right if r == 0}
    new.open_below = {(r + 1, c) for r, c in grid.open_below}
    new.open_below |= {(0, c) for c in range(grid.n_cols) if c not in heads}
    return new


def _in_column(grid: Grid, items: Sequence[Item], col: int) -> list[Item]:
    x0, x1 = grid.xs[col], grid.xs[col + 1]
    return [it for it in items if x0 < (it[1].x0 + it[1].x1) / 2 < x1]


def _inner_gutters(grid: Grid, items: Sequence[Item], col: int) -> list[Gutter]:
    lines = visual_lines(_in_column(grid, items, col))
    gutters = find_gutters(lines) if len(lines) > 2 else []
    return [g for g in gutters if _parts_figures(lines, g)]


def _parts_figures(lines: Sequence[Sequence[Item]], gutter: Gutter) -> bool:
    """Most lines have text on both sides, and figures on the right."""
    sides = [([it for it in li if it[1].x1 <= gutter.at], [it for it in li if it[1].x0 >= gutter.at]) for li in lines]
    both = [right for left, right in sides if left and right]
    figures = sum(is_numeric(line_text(right[:1])) for right in both)
    return len(both) >= max(3, 0.6 * len(lines)) and figures >= 0.6 * len(both)


def by_row(grid: Grid, items: Sequence[Item]) -> dict[int, list[Item]]:
    held: dict[int, list[Item]] = {}
    for item in items:
        held.setdefault(grid.place(0, (item[1].y0 + item[1].y1) / 2)[0], []).append(item)
    return held
