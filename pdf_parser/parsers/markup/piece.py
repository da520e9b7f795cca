"""What a piece of markup is read as, before it has its place on a page."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.domain.document import BlockKind, Link
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Cell


@dataclass(frozen=True)
class Grid:
    """Cells with their spans, no two in one place."""

    n_rows: int
    n_cols: int
    cells: tuple[Cell, ...]
    caption: str | None = None


@dataclass(frozen=True)
class Piece:
    """One block to be. `bbox` in points, None when the engine tells no place; `table` for tables only."""

    kind: BlockKind
    text: str = ""
    level: int | None = None
    marker: str | None = None
    links: tuple[Link, ...] = ()
    table: Grid | None = None
    bbox: BBox | None = None
    confidence: float | None = None

    @property
    def chars(self) -> int:
        return len(self.text) + sum(len(cell.text) for cell in (self.table.cells if self.table else ()))
