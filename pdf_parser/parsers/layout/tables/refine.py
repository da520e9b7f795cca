"""A drawn grid refined by alignment: rows and columns that nobody has ruled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.parsers.layout.tables.bands import band_rows
from pdf_parser.parsers.layout.tables.columns import Gutter, find_gutters
from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.head import head_segments
from pdf_parser.parsers.layout.tables.rows import table_line
from pdf_parser.parsers.layout.tables.text import is_numeric, line_text, visual_lines

PARTED = 0.8  # em of white on both sides of a border that is drawn in other rows only
Cuts = dict[int, list[float]]


def refine(grid: Grid, items: Sequence[Item]) -> Grid:
    upright = [it for it in items if not it[1].angle % 180]
    _close_parted(grid, upright)
    grid, new_cols = _with_split_columns(grid, upright)
    if new_cols:
        grid = _with_split_heads(grid, upright, new_cols)
    return _with_split_rows(grid, upright)


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
        lines = [table_line(line, grid.xs[1:-1]) for line in visual_lines([it for r in range(first, last + 1) for it in held.get(r, ())])]
        found = band_rows(lines) if lines else []
        if len(found) > last - first + 1:
            ys += [(max(li.bottom for li in a) + min(li.top for li in b)) / 2 for a, b in zip(found, found[1:], strict=False)]
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


def _with_split_columns(grid: Grid, items: Sequence[Item]) -> tuple[Grid, dict[int, tuple[int, int]]]:
    """A drawn column that holds several columns of figures is cut. Also the new columns' (first, last) by group."""
    cuts = {c: gutters for c in range(grid.n_cols) if (gutters := _inner_gutters(grid, items, c))}
    if not cuts:
        return grid, {}
    xs, parts = [grid.xs[0]], {}
    for c in range(grid.n_cols):
        parts[c] = [len(xs) - 1 + k for k in range(len(cuts.get(c, ())) + 1)]
        xs += [*(g.at for g in cuts.get(c, ())), grid.xs[c + 1]]
    new = Grid(xs, grid.ys)
    new.open_right = {(r, parts[c][-1]) for r, c in grid.open_right}
    new.open_below = {(r, k) for r, c in grid.open_below for k in parts[c]}
    for c, gutters in cuts.items():
        for r, held in _by_row(grid, _in_column(grid, items, c)).items():
            for line in visual_lines(held):
                for _, first, last in head_segments(table_line(line, ()), gutters):
                    new.open_right |= {(r, parts[c][k]) for k in range(first, last)}
    return new, {c: (parts[c][0], parts[c][-1]) for c in cuts}


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


def _with_split_heads(grid: Grid, items: Sequence[Item], new_cols: dict[int, tuple[int, int]]) -> Grid:
    """A drawn head over new columns may hold a spanning line above their own heads: it becomes two rows, and what
    stands beside runs down through both."""
    row = 0
    lines = visual_lines(_by_row(grid, items).get(row, ()))
    if len(lines) < 2 or any((row, c) in grid.open_below for c in range(grid.n_cols)):
        return grid
    spanning = {(r, c) for r, c in grid.open_right if r == row and any(a <= c < b for a, b in new_cols.values())}
    if not spanning:
        return grid
    gutters = [Gutter(x - 1, x + 1) for x in grid.xs[1:-1]]
    inner = {c for a, b in new_cols.values() for c in range(a, b)}
    first = [s[1:] for s in head_segments(table_line(lines[0], ()), gutters)]
    second = {c for li in lines[1:] for s in head_segments(table_line(li, ()), gutters) for c in s[1:]}
    if not any(a < b and a in inner and {a, b} <= second for a, b in first):
        return grid
    at = (max(w.y1 for _, w in lines[0]) + min(w.y0 for _, w in lines[1])) / 2
    new = Grid(grid.xs, [grid.ys[0], at, *grid.ys[1:]])
    new.open_right = {(r + 1, c) for r, c in grid.open_right if r > row} | spanning
    new.open_below = {(r + 1, c) for r, c in grid.open_below}
    heads = {c for a, b in new_cols.values() for c in range(a, b + 1)}
    new.open_below |= {(row, c) for c in range(grid.n_cols) if c not in heads}
    return new
