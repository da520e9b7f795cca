"""Docling's cells as ours. A model may put two cells in one place; here each place has one, and no text is lost."""

from __future__ import annotations

from collections.abc import Mapping

from docling_core.types.doc import TableCell, TableData

from pdf_parser.domain.table import Cell

Place = tuple[int, int]


def grid_cells(data: TableData) -> tuple[tuple[Cell, ...], int, int]:
    """(cells, rows, columns), by row and column."""
    owners: dict[Place, Place] = {}
    cells: dict[Place, Cell] = {}
    for found in sorted(data.table_cells, key=lambda c: (c.start_row_offset_idx, c.start_col_offset_idx)):
        start = found.start_row_offset_idx, found.start_col_offset_idx
        if start in owners:
            cells[owners[start]] = _with_more(cells[owners[start]], found.text)
            continue
        cell = _free_cell(found, owners)
        cells[start] = cell
        owners.update(dict.fromkeys(cell.positions(), start))
    n_rows = max([data.num_rows, *(row + 1 for row, _ in owners)])
    n_cols = max([data.num_cols, *(col + 1 for _, col in owners)])
    return tuple(cells[place] for place in sorted(cells)), n_rows, n_cols


def _free_cell(found: TableCell, owners: Mapping[Place, Place]) -> Cell:
    """As large as it wants to be, or one place large where others are in the way."""
    cell = Cell(
        row=found.start_row_offset_idx,
        col=found.start_col_offset_idx,
        row_span=max(1, found.end_row_offset_idx - found.start_row_offset_idx),
        col_span=max(1, found.end_col_offset_idx - found.start_col_offset_idx),
        text=found.text,
        is_header=found.column_header,
    )
    is_free = all(place not in owners for place in cell.positions())
    return cell if is_free else cell.model_copy(update={"row_span": 1, "col_span": 1})


def _with_more(cell: Cell, text: str) -> Cell:
    return cell.model_copy(update={"text": f"{cell.text} {text}".strip()})
