"""Ruled grids: rulings that meet make a component, its rulings' axes make columns and rows.

Edges to crossings to cells is the way of pdfplumber and of Nurminen, "Algorithmic extraction of data in tables in PDF
documents" (Tampere 2013), which Tabula follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.rulings import Ruling, Rulings

REACH = 3.5  # points: rulings that stop this short of each other still meet
SAME_AXIS = 3.5  # points: borders nearer than this are one border
END, TIDY = 5.0, 0.6  # points; share of the rulings
MAX_PLACES = 6_000  # a grid of more places is millimetre paper, not a table


@dataclass(frozen=True, slots=True)
class Lattice:
    """Rulings that hang together."""

    rulings: Rulings

    @property
    def box(self) -> tuple[float, float, float, float]:
        rows, cols = self.rulings.horizontal, self.rulings.vertical
        return (
            min(*(r.start for r in rows), *(c.at for c in cols)),
            min(*(r.at for r in rows), *(c.start for c in cols)),
            max(*(r.end for r in rows), *(c.at for c in cols)),
            max(*(r.at for r in rows), *(c.end for c in cols)),
        )

    def is_tidy(self) -> bool:
        """Most rulings end on another one or on the border of all; axes, arrows and diagrams stick out."""
        x0, y0, x1, y1 = self.box
        rows, cols = self.rulings.horizontal, self.rulings.vertical
        tidy = sum(_ends_well(r, cols, x0, x1) for r in rows) + sum(_ends_well(c, rows, y0, y1) for c in cols)
        return tidy >= TIDY * (len(rows) + len(cols))

    def crosses(self, word: Word) -> bool:
        """A ruling runs through the word: a label in a drawing."""
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        inner = word.height / 4
        return any(word.x0 + 1.5 < c.at < word.x1 - 1.5 and c.start < y < c.end for c in self.rulings.vertical) or any(
            abs(r.at - y) < inner and r.start < x < r.end for r in self.rulings.horizontal
        )


def find_lattices(rulings: Rulings) -> list[Lattice]:
    """Components with at least one horizontal and one vertical ruling, from top to bottom."""
    rows, cols = rulings.horizontal, rulings.vertical
    parent = list(range(len(rows) + len(cols)))
    for i, row in enumerate(rows):
        for j, col in enumerate(cols):
            if _meet(row, col):
                a, b = _root(parent, i), _root(parent, len(rows) + j)
                if a != b:
                    parent[b] = a
    groups: dict[int, list[int]] = {}
    for k in range(len(parent)):
        groups.setdefault(_root(parent, k), []).append(k)
    found = []
    for members in groups.values():
        h = tuple(rows[k] for k in members if k < len(rows))
        v = tuple(cols[k - len(rows)] for k in members if k >= len(rows))
        if h and v:
            found.append(Lattice(Rulings(h, v)))
    return sorted(found, key=lambda lattice: lattice.box[1])


def _meet(row: Ruling, col: Ruling) -> bool:
    return row.start - REACH <= col.at <= row.end + REACH and col.start - REACH <= row.at <= col.end + REACH


def _ends_well(ruling: Ruling, across: Sequence[Ruling], low: float, high: float) -> bool:
    stops = [low, high, *(r.at for r in across if r.start - REACH <= ruling.at <= r.end + REACH)]
    return all(any(abs(end - stop) <= END for stop in stops) for end in (ruling.start, ruling.end))


def _root(parent: list[int], k: int) -> int:
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


def lattice_grid(lattice: Lattice) -> Grid | None:
    """None when the rulings enclose no more than one place, or far too many."""
    x0, y0, x1, y1 = lattice.box
    rows, cols = lattice.rulings.horizontal, lattice.rulings.vertical
    xs, ys = _borders([x0, x1, *(c.at for c in cols)]), _borders([y0, y1, *(r.at for r in rows)])
    if not 1 < (len(xs) - 1) * (len(ys) - 1) <= MAX_PLACES:
        return None
    grid = Grid(xs, ys)
    for c in range(grid.n_cols - 1):
        near = _near(cols, xs[c + 1])
        grid.open_right |= {(r, c) for r in range(grid.n_rows) if not _drawn(near, ys[r], ys[r + 1])}
    for r in range(grid.n_rows - 1):
        near = _near(rows, ys[r + 1])
        grid.open_below |= {(r, c) for c in range(grid.n_cols) if not _drawn(near, xs[c], xs[c + 1])}
    return grid


def _borders(values: Sequence[float]) -> list[float]:
    """Ascending, near ones taken together in their middle."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= SAME_AXIS and value - groups[-1][0] <= 2 * SAME_AXIS:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(g) / len(g) for g in groups]


def _near(rulings: Sequence[Ruling], at: float) -> list[Ruling]:
    return [r for r in rulings if abs(r.at - at) <= SAME_AXIS + 0.5]


def _drawn(rulings: Sequence[Ruling], start: float, end: float) -> bool:
    return any(r.covers(start, end) for r in rulings)
