"""A drawn grid refined by alignment: rows and columns that nobody has ruled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdf_parser.parsers.layout.tables.bands import band_rows
from pdf_parser.parsers.layout.tables.columns import Gutter, find_gutters
from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.head import head_segments, widened
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.text import is_numeric, line_text, visual_lines

PARTED = 0.8  # em of white on both sides of a border that is drawn in other rows only


def refine(grid: Grid, items: Sequence[Item]) -> Grid:
    upright = [it for it in items if not it[1].angle % 180]
    _close_parted(grid, upright)
    return _with_split_rows(_with_split_columns(grid, upright), upright)


def _close_parted(grid: Grid, items: Sequence[Item]) -> None:
    """A border that is missing in some rows holds there too when the text of two rows or more parts at it."""
    lines = {r: visual_lines(held) for r, held in _by_row(grid, items).items()}
    for c in range(grid.n_cols - 1):
        open_rows = [r for r in range(grid.n_rows) if (r, c) in grid.open_right and r in lines]
        parted = [r for r in open_rows if _parts(lines[r], grid.xs[c + 1])]
        if len(parted) > 1 and len(parted) >= 0.5 * len(open_rows):
            grid.open_right -= {(r, c) for r in parted}


def _parts(lines: Sequence[Sequence[Item]], x: float) -> bool:
    gaps = []
    for line in lines:
        left = [w.x1 for _, w in line if w.x0 + w.x1 < 2 * x]
        right = [w.x0 for _, w in line if w.x0 + w.x1 >= 2 * x]
        if left and right:
            gaps.append(min(right) - max(left) >= PARTED * line[0][1].size)
    return bool(gaps) and all(gaps)


def _by_row(grid: Grid, items: Sequence[Item]) -> dict[int, list[Item]]:
    held: dict[int, list[Item]] = {}
    for item in items:
        held.setdefault(grid.place(0, (item[1].y0 + item[1].y1) / 2)[0], []).append(item)
    return held


def _with_split_rows(grid: Grid, items: Sequence[Item]) -> Grid:
    """Bands that hold several rows of text in step are cut between them. A band is one row, or several that cells
    run down through."""
    held = _by_row(grid, items)
    ys: list[float] = [grid.ys[0]]
    rows_of: dict[int, list[int]] = {}
    dropped: set[int] = set()
    for first, last in _bands(grid):
        lines = [
            table_line(line, grid.xs[1:-1])
            for line in visual_lines([it for r in range(first, last + 1) for it in held.get(r, ())])
        ]
        found = band_rows(lines) if lines else []
        if len(found) > last - first + 1:
            ys += [(max(li.bottom for li in a) + min(li.top for li in b)) / 2 for a, b in pairwise(found)]
            ys.append(grid.ys[last + 1])
            for r in range(first, last + 1):
                rows_of[r] = list(range(len(ys) - 1 - len(found), len(ys) - 1)) if r == first else []
                dropped.add(r)
        else:
            for r in range(first, last + 1):
                rows_of[r] = [len(ys) - 1]
                ys.append(grid.ys[r + 1])
    if not dropped:
        return grid
    return Grid(
        grid.xs,
        ys,
        {(k, c) for r, c in grid.open_right for k in rows_of[r]},
        {(rows_of[r][-1], c) for r, c in grid.open_below if r not in dropped},
    )


def _bands(grid: Grid) -> Iterator[tuple[int, int]]:
    """First and last row of every stretch that no border parts in its full width."""
    first = 0
    for r in range(grid.n_rows):
        if not any((r, c) in grid.open_below for c in range(grid.n_cols)):
            yield first, r
            first = r + 1


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


def _with_split_columns(grid: Grid, items: Sequence[Item]) -> Grid:
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
            for r, held in _by_row(grid, inner).items():
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
