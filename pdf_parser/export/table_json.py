"""A table as JSON: the grid twice, as cells with their spans and as rows of texts. Cell texts are to the letter."""

from __future__ import annotations

from pdf_parser.domain.table import Cell, Table
from pdf_parser.export.json_text import box, sayable


def table_json(table: Table) -> dict[str, object]:
    """Ready for json.dumps: no NaN, no half surrogates. `bbox` as in document.jsonl."""
    fields: dict[str, object] = {
        "id": table.id,
        "page": table.page,
        "bbox": box(table.bbox),
        "caption": table.caption,
        "parser": table.parser,
        "confidence": table.confidence,
        "continued_from": table.continued_from,
        "n_rows": table.n_rows,
        "n_cols": table.n_cols,
        "header_rows": table.header_rows(),
        "cells": [_cell(cell) for cell in table.cells],
        "rows": table.grid(),
    }
    return {name: sayable(value) for name, value in fields.items()}


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "row": cell.row,
        "col": cell.col,
        "row_span": cell.row_span,
        "col_span": cell.col_span,
        "text": cell.text,
        "is_header": cell.is_header,
    }
