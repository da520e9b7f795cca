"""Rows that are drawn inside a table's frame but are about the table: its title above, its notes below."""

from __future__ import annotations

from dataclasses import replace

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.tables.found import FoundCell, FoundTable
from pdf_parser.parsers.layout.tables.notes import is_caption, is_note

MIN_ROWS = 2  # so many rows must be left


def trim(table: FoundTable, words: dict[int, Word]) -> FoundTable:
    """Without a title row at the top and note rows at the bottom, each one cell over the whole width. Their words go
    back into the text of the page."""
    if table.n_cols < 2:
        return table
    top, bottom = 0, table.n_rows
    while bottom - top > MIN_ROWS and (cell := _whole_row(table, top)) is not None and is_caption(cell.text):
        top += cell.row_span
    notes = bottom
    while notes - top > MIN_ROWS and (cell := _whole_row(table, notes - 1)) is not None:
        notes = cell.row
        bottom = notes if is_note(cell.text) else bottom
    return _rows(table, top, bottom, words) if (top, bottom) != (0, table.n_rows) else table


def _whole_row(table: FoundTable, row: int) -> FoundCell | None:
    for cell in table.cells:
        if cell.col_span == table.n_cols and cell.row <= row < cell.row + cell.row_span:
            return cell
    return None


def _rows(table: FoundTable, top: int, bottom: int, words: dict[int, Word]) -> FoundTable:
    cells = tuple(replace(c, row=c.row - top) for c in table.cells if top <= c.row < bottom)
    kept = [words[i] for c in cells for i in c.words]
    if not kept:
        return table
    y0 = table.y0 if top == 0 else min(w.y0 for w in kept)
    y1 = table.y1 if bottom == table.n_rows else max(w.y1 for w in kept)
    return replace(table, y0=y0, y1=y1, n_rows=bottom - top, cells=cells)
