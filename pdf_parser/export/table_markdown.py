"""A table as Markdown: a pipe table where that says everything, HTML where cells span or the header has two rows."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.domain.table import Table
from pdf_parser.export.escape import escape_inline, escape_part
from pdf_parser.export.table_html import table_html
from pdf_parser.export.text import tidy


def table_markdown(table: Table) -> str:
    """A table without a header gets an empty one, because a pipe table must have one. "" for a table without cells."""
    if not table.n_rows or not table.n_cols:
        return ""
    header_rows = table.header_rows()
    if header_rows > 1 or any(cell.row_span > 1 or cell.col_span > 1 for cell in table.cells):
        return table_html(table)
    rows = table.grid()
    header = rows.pop(0) if header_rows else [""] * table.n_cols
    return "\n".join((_line(header), "|" + "---|" * table.n_cols, *map(_line, rows)))


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    lines = tidy(text).split("\n")
    escaped = "<br>".join(map(escape_part, lines)) if len(lines) > 1 else escape_inline(lines[0])
    return escaped.replace("|", r"\|")
