"""A table as lines of text, one for each row, so that it can be cut between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.domain.table import Table


@dataclass(frozen=True, slots=True)
class TableLines:
    """`openings` are the rows as they begin a part of the table: with the cells that reach down to them from above."""

    header: tuple[str, ...]
    rows: tuple[str, ...]
    openings: tuple[str, ...]


def table_lines(table: Table) -> TableLines:
    """Pipe lines. Rows without text are left out; a header cell over several columns is named in each of them."""
    n = table.header_rows()
    names = [row for row in header_texts(table) if _has_text(row)]
    header = [*(_line(row) for row in names), "|" + "---|" * table.n_cols] if names else []
    body = [pair for pair in zip(table.grid()[n:], _reaching_down(table)[n:], strict=True) if _has_text(pair[0])]
    return TableLines(tuple(header), tuple(_line(row) for row, _ in body), tuple(_line(full) for _, full in body))


def header_texts(table: Table) -> list[list[str]]:
    """The header rows, with the text of a cell over several places in each of them."""
    n_rows = table.header_rows()
    rows = [[""] * table.n_cols for _ in range(n_rows)]
    for cell in table.cells:
        if cell.row < n_rows:
            for row, col in cell.positions():
                if row < n_rows:
                    rows[row][col] = cell.text
    return rows


def _reaching_down(table: Table) -> list[list[str]]:
    """The grid, with the text of a cell over several rows in each of them."""
    rows = table.grid()
    for cell in table.cells:
        for row in range(cell.row + 1, cell.row + cell.row_span):
            rows[row][cell.col] = cell.text
    return rows


def _has_text(texts: Sequence[str]) -> bool:
    return any(text.strip() for text in texts)


def _line(texts: Sequence[str]) -> str:
    """White space inside a cell, line breaks too, becomes a space: one row is one line."""
    return "| " + " | ".join(" ".join(text.split()).replace("|", r"\|") for text in texts) + " |"
