"""A drawn grid refined by alignment: rows and columns that nobody has ruled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.tables.bands import band_rows
from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.split_columns import by_row, with_split_columns
from pdf_parser.parsers.layout.tables.text import visual_lines

PARTED = 0.8  # em of white on both sides of a border that is drawn in other rows only


def refine(grid: Grid, items: Sequence[Item]) -> Grid:
    upright = [it for it in items if not it[1].angle % 180]
    _close_parted(grid, upright)
    return _with_split_rows(with_split_columns(grid, upright), upright)


def _close_parted(grid: Grid, items: Sequence[Item]) -> None:
    """A border that is missing in some rows holds there too when the text of two rows or more parts at it."""
    lines = {r: visual_lines(held) for r, held in by_row(grid, items).items()}
    for c in range(grid.n_cols - 1):
        open_rows = [r for r in range(grid.n_rows) if (r, c) in grid.open_right and r in lines]
        parted = [r for r in open_rows if _parts(lines[r], grid.xs[c + 1], *_reach(grid, r, c))]
        if len(parted) > 1 and len(parted) >= 0.5 * len(open_rows):
            grid.open_right -= {(r, c) for r in parted}


def _reach(grid: Grid, row: int, col: int) -> tuple[float, float]:
    """Left and right end of the cell that runs on from a column."""
    first, last = col, col + 1
    while (row, first - 1) in grid.open_right:
        first -= 1
    while (row, last) in grid.open_right:
        last += 1
    return grid.xs[first], grid.xs[last + 1]


def _parts(lines: Sequence[Sequence[Item]], x: float, x0: float, x1: float) -> bool:
    """Every line of the cell between x0 and x1 that has text on both sides of x leaves white there."""
    gaps = []
    for line in lines:
        left = [w.x1 for _, w in line if 2 * x0 < w.x0 + w.x1 < 2 * x]
        right = [w.x0 for _, w in line if 2 * x <= w.x0 + w.x1 < 2 * x1]
        if left and right:
            gaps.append(min(right) - max(left) >= PARTED * line[0][1].size)
    return bool(gaps) and all(gaps)


def _with_split_rows(grid: Grid, items: Sequence[Item]) -> Grid:
    """Bands that hold several rows of text in step are cut between them. A band is one row, or several that cells
    run down through."""
    held = by_row(grid, items)
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
