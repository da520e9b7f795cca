"""A grid of rows and columns with the barriers between them becomes cells with spans, and words go into cells."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pdf_parser.parsers.layout.tables.found import FoundCell, FoundTable, Item
from pdf_parser.parsers.layout.tables.text import cell_text

Place = tuple[int, int]


@dataclass(slots=True)
class Grid:
    """`xs` and `ys` are the borders of columns and rows, ascending. `open_right` and `open_below` hold the places
    whose border to the next column or row is missing: there a cell goes on."""

    xs: list[float]
    ys: list[float]
    open_right: set[Place] = field(default_factory=set)
    open_below: set[Place] = field(default_factory=set)

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_cols(self) -> int:
        return len(self.xs) - 1

    def place(self, x: float, y: float) -> Place:
        """Row and column of a point; points outside belong to the nearest place."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), self.n_rows - 1)
        col = min(max(bisect_right(self.xs, x) - 1, 0), self.n_cols - 1)
        return row, col

    def spans(self) -> list[tuple[int, int, int, int]]:
        """(row, col, row span, col span) of every cell: places without a barrier between them, made rectangular."""
        owner = {(r, c): (r, c, 1, 1) for r in range(self.n_rows) for c in range(self.n_cols)}
        for r, c in sorted(self.open_right):
            if c + 1 < self.n_cols:
                _unite(owner, (r, c), (r, c + 1))
        for r, c in sorted(self.open_below):
            if r + 1 < self.n_rows:
                _unite(owner, (r, c), (r + 1, c))
        return sorted(set(owner.values()))


def _unite(owner: dict[Place, tuple[int, int, int, int]], a: Place, b: Place) -> None:
    """One rectangle around both cells and around whatever it touches."""
    members = {owner[a], owner[b]}
    while True:
        r0, c0 = min(m[0] for m in members), min(m[1] for m in members)
        r1, c1 = max(m[0] + m[2] for m in members), max(m[1] + m[3] for m in members)
        touched = {owner[r, c] for r in range(r0, r1) for c in range(c0, c1)}
        if touched == members:
            break
        members |= touched
    for r in range(r0, r1):
        for c in range(c0, c1):
            owner[r, c] = (r0, c0, r1 - r0, c1 - c0)


def fill(grid: Grid, items: Iterable[Item]) -> FoundTable:
    """Every item goes into the cell under its centre. An empty span falls back into single cells: nothing says that
    empty places belong together."""
    spans = grid.spans()
    owner = {(r, c): s for s in spans for r in range(s[0], s[0] + s[2]) for c in range(s[1], s[1] + s[3])}
    held: dict[tuple[int, int, int, int], list[Item]] = defaultdict(list)
    for item in items:
        word = item[1]
        held[owner[grid.place((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2)]].append(item)
    cells: list[FoundCell] = []
    for span in spans:
        row, col, row_span, col_span = span
        text, words = cell_text(held.get(span, ()))
        if words:
            cells.append(FoundCell(row, col, row_span, col_span, text, words))
        else:
            cells += [FoundCell(r, c, 1, 1, "") for r in range(row, row + row_span) for c in range(col, col + col_span)]
    return _table(grid, cells)


def _table(grid: Grid, cells: Sequence[FoundCell]) -> FoundTable:
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.col)))
    return FoundTable(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1], grid.n_rows, grid.n_cols, ordered)
