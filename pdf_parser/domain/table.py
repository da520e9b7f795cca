"""A table as a grid of cells with spans. Cell text is kept to the letter: no number is ever rewritten."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt, model_validator

from pdf_parser.domain.base import Model
from pdf_parser.domain.geometry import BBox


class Cell(Model):
    row: NonNegativeInt
    col: NonNegativeInt
    row_span: PositiveInt = 1
    col_span: PositiveInt = 1
    text: str = ""
    is_header: bool = False

    def positions(self) -> list[tuple[int, int]]:
        """Every (row, column) that the cell covers."""
        return [
            (r, c) for r in range(self.row, self.row + self.row_span) for c in range(self.col, self.col + self.col_span)
        ]


class Table(Model):
    """`id` is unique in the document: "t0012-01" is the first table of page 12."""

    id: str
    page: PositiveInt
    bbox: BBox
    n_rows: NonNegativeInt
    n_cols: NonNegativeInt
    cells: tuple[Cell, ...]
    caption: str | None = None
    parser: str
    confidence: float | None = None
    continued_from: str | None = None

    @model_validator(mode="after")
    def _cells_fit_the_grid(self) -> Table:
        taken: set[tuple[int, int]] = set()
        for cell in self.cells:
            places = cell.positions()
            if taken.intersection(places):
                raise ValueError(f"table {self.id}: two cells at row {cell.row}, column {cell.col}")
            if max(r for r, _ in places) >= self.n_rows or max(c for _, c in places) >= self.n_cols:
                raise ValueError(f"table {self.id}: a cell lies outside the grid")
            taken.update(places)
        return self

    def grid(self) -> list[list[str]]:
        """Texts by row and column. A span's text stands in its first place, the other places are empty."""
        rows = [[""] * self.n_cols for _ in range(self.n_rows)]
        for cell in self.cells:
            rows[cell.row][cell.col] = cell.text
        return rows

    def header_rows(self) -> int:
        """How many rows from the top consist of header cells only."""
        n = 0
        for row in range(self.n_rows):
            cells = [c for c in self.cells if c.row == row]
            if not cells or not all(c.is_header for c in cells):
                break
            n += 1
        return n
