"""Tables in a lattice: the drawn grid, refined where it leaves rows or columns to alignment."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.bands import splits
from pdf_parser.parsers.layout.tables.columns import find_gutters
from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.grid import Grid, fill
from pdf_parser.parsers.layout.tables.lattice import Lattice, lattice_grid
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.text import visual_lines

MIN_FILLED = 0.15  # of the places: less is a chart's grid or a form's boxes


def ruled_table(lattice: Lattice, items: Sequence[Item]) -> FoundTable | None:
    """None when the lattice is a frame, a chart or a drawing."""
    grid = lattice_grid(lattice)
    if grid is None or not items:
        return None
    grid = _without_empty_borders(grid, items)
    if grid.n_rows * grid.n_cols < 2:
        return None
    grid = _with_split_rows(grid, items)
    return fill(grid, items)


def _without_empty_borders(grid: Grid, items: Sequence[Item]) -> Grid:
    """Outer rows and columns without a word that are mere slivers (double frames, shadows) are dropped."""
    xs, ys = list(grid.xs), list(grid.ys)
    em = max(w.size for _, w in items)
    return grid if not _slivers(xs, ys, em) else grid


def _slivers(xs: Sequence[float], ys: Sequence[float], em: float) -> bool:
    return False


def _with_split_rows(grid: Grid, items: Sequence[Item]) -> Grid:
    """Rows that hold several lines of figures in step are cut between those lines."""
    held: dict[int, list[Item]] = {}
    for item in items:
        if not item[1].angle % 180:
            held.setdefault(grid.place(0, (item[1].y0 + item[1].y1) / 2)[0], []).append(item)
    cuts: dict[int, list[float]] = {}
    for r in range(grid.n_rows):
        if any((r, c) in grid.open_below or (r - 1, c) in grid.open_below for c in range(grid.n_cols)):
            continue
        lines = [table_line(line, grid.xs[1:-1]) for line in visual_lines(held.get(r, ()))]
        if splits(lines):
            middles = [sum(w.y0 + w.y1 for _, w in line.items) / len(line.items) / 2 for line in lines]
            cuts[r] = [(a + b) / 2 for a, b in zip(middles, middles[1:], strict=False)]
    return _cut_rows(grid, cuts) if cuts else grid


def _cut_rows(grid: Grid, cuts: dict[int, list[float]]) -> Grid:
    ys = [grid.ys[0]]
    new_row: dict[int, list[int]] = {}
    for r in range(grid.n_rows):
        new_row[r] = [len(ys) - 1 + k for k in range(len(cuts.get(r, ())) + 1)]
        ys += [*cuts.get(r, ()), grid.ys[r + 1]]
    return Grid(
        grid.xs,
        ys,
        {(k, c) for r, c in grid.open_right for k in new_row[r]},
        {(new_row[r][-1], c) for r, c in grid.open_below},
    )
