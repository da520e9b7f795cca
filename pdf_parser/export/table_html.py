"""A table as HTML, spans kept. Also what Markdown shows when a pipe table cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from pdf_parser.domain.table import Cell, Table
from pdf_parser.export.text import tidy


def table_html(table: Table, caption: str | None = None) -> str:
    """One line for each row; places that no cell covers are empty cells, so that the grid stays the same.

    No thead and tbody: browsers cut a cell that reaches from one into the other.
    """
    lines = ["<table>", *([f"<caption>{_inner(caption)}</caption>"] if caption else []), *_rows(table), "</table>"]
    return "\n".join(lines)


def _rows(table: Table) -> Iterator[str]:
    by_place = {(cell.row, cell.col): cell for cell in table.cells}
    covered: defaultdict[int, set[int]] = defaultdict(set)
    for cell in table.cells:
        for row, col in cell.positions():
            covered[row].add(col)
    for row in range(table.n_rows):
        places = (c for c in range(table.n_cols) if (row, c) in by_place or c not in covered[row])
        yield "<tr>" + "".join(_cell(by_place.get((row, col))) for col in places) + "</tr>"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    tag = "th" if cell.is_header else "td"
    rows = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    cols = f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    return f"<{tag}{rows}{cols}>{_inner(cell.text)}</{tag}>"


def _inner(text: str) -> str:
    return escape(tidy(text), quote=False).replace("\n", "<br>")
