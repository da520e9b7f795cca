"""Tables in a lattice: the drawn grid, refined where it leaves rows or columns to alignment."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.grid import fill
from pdf_parser.parsers.layout.tables.header import mark_header
from pdf_parser.parsers.layout.tables.lattice import Lattice, lattice_grid
from pdf_parser.parsers.layout.tables.refine import refine
from pdf_parser.parsers.layout.tables.trim import trim

CROSSED = 0.08  # of the words: so many at most may have a ruling run through them


def ruled_table(lattice: Lattice, items: Sequence[Item]) -> FoundTable | None:
    """None when the lattice is a frame around one place, or has no text."""
    grid = lattice_grid(lattice)
    if grid is None or not items or not lattice.is_tidy():
        return None
    if sum(lattice.crosses(w) for _, w in items) > CROSSED * len(items):
        return None
    words = dict(items)
    return mark_header(trim(fill(refine(grid, items), items), words), words)
