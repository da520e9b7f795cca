"""Tables in a lattice: the drawn grid, refined where it leaves rows or columns to alignment."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.bands import band_rows
from pdf_parser.parsers.layout.tables.columns import Gutter, find_gutters
from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.grid import Grid, fill
from pdf_parser.parsers.layout.tables.head import head_segments
from pdf_parser.parsers.layout.tables.lattice import Lattice, lattice_grid
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.text import is_numeric, line_text, visual_lines


def ruled_table(lattice: Lattice, items: Sequence[Item]) -> FoundTable | None:
    """None when the lattice is a frame around one place, or has no text."""
    grid = lattice_grid(lattice)
    if grid is None or not items:
        return None
    grid = _with_split_columns(grid, items)
    return fill(_with_split_rows(grid, items), items)


def _with_split_rows(grid: Grid, items: Sequence[Item]) -> Grid:
    """Rows that hold several lines of figures in step are cut between those lines."""
    cuts: dict[int, list[float]] = {}
    for r, held in _by_row(grid, items).items():
        if any((r, c) in grid.open_below or (r - 1, c) in grid.open_below for c in range(grid.n_cols)):
            continue
        rows = band_rows([table_line(line, grid.xs[1:-1]) for line in visual_lines(held)])
        if len(rows) > 1:
            ends = [(max(line.bottom for line in a), min(line.top for line in b)) for a, b in zip(rows, rows[1:], strict=False)]
            cuts[r] = [(a + b) / 2 for a, b in ends]
    return _cut_rows(grid, cuts) if cuts else grid


def _by_row(grid: Grid, items: Sequence[Item]) -> dict[int, list[Item]]:
    held: dict[int, list[Item]] = {}
    for item in items:
        if not item[1].angle % 180:
            held.setdefault(grid.place(0, (item[1].y0 + item[1].y1) / 2)[0], []).append(item)
    return held


def _cut_rows(grid: Grid, cuts: dict[int, list[float]]) -> Grid:
    ys = [grid.ys[0]]
    parts: dict[int, list[int]] = {}
    for r in range(grid.n_rows):
        parts[r] = [len(ys) - 1 + k for k in range(len(cuts.get(r, ())) + 1)]
        ys += [*cuts.get(r, ()), grid.ys[r + 1]]
    return Grid(
        grid.xs,
        ys,
        {(k, c) for r, c in grid.open_right for k in parts[r]},
        {(parts[r][-1], c) for r, c in grid.open_below},
    )


def _with_split_columns(grid: Grid, items: Sequence[Item]) -> Grid:
    """A drawn column that holds several columns of figures is cut; what is set across stays one cell."""
    cuts = {c: gutters for c in range(grid.n_cols) if (gutters := _inner_gutters(grid, items, c))}
    if not cuts:
        return grid
    xs, parts = [grid.xs[0]], {}
    for c in range(grid.n_cols):
        parts[c] = [len(xs) - 1 + k for k in range(len(cuts.get(c, ())) + 1)]
        xs += [*(g.at for g in cuts.get(c, ())), grid.xs[c + 1]]
    new = Grid(xs, grid.ys)
    new.open_right = {(r, parts[c][-1]) for r, c in grid.open_right}
    new.open_below = {(r, k) for r, c in grid.open_below for k in parts[c]}
    for c, gutters in cuts.items():
        for r in range(grid.n_rows):
            held = [it for it in items if grid.place((it[1].x0 + it[1].x1) / 2, (it[1].y0 + it[1].y1) / 2) == (r, c)]
            for line in visual_lines(held):
                for _, first, last in head_segments(table_line(line, ()), gutters):
                    new.open_right |= {(r, parts[c][k]) for k in range(first, last)}
    return new


def _inner_gutters(grid: Grid, items: Sequence[Item], col: int) -> list[Gutter]:
    x0, x1 = grid.xs[col], grid.xs[col + 1]
    lines = visual_lines(it for it in items if x0 < (it[1].x0 + it[1].x1) / 2 < x1 and not it[1].angle % 180)
    gutters = find_gutters(lines)
    return [g for g in gutters if _parts_figures(lines, g)] if len(lines) > 2 else []


def _parts_figures(lines: Sequence[Sequence[Item]], gutter: Gutter) -> bool:
    """Most lines have text on both sides, and figures on the right."""
    sides = [([it for it in line if it[1].x1 <= gutter.at], [it for it in line if it[1].x0 >= gutter.at]) for line in lines]
    both = [(left, right) for left, right in sides if left and right]
    figures = sum(is_numeric(line_text(right)) for _, right in both)
    return len(both) >= max(3, 0.6 * len(lines)) and figures >= 0.6 * len(both)
