"""Which rows at the top of a table are its head. It changes nothing but the marks on cells."""

from __future__ import annotations

from dataclasses import replace

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.tables.found import FoundCell, FoundTable
from pdf_parser.parsers.layout.tables.text import is_numeric

MAX_SHARE = 0.5  # of the rows: a head is not longer than what it heads


def mark_header(table: FoundTable, words: dict[int, Word], known: int = 0) -> FoundTable:
    """`known`: rows that the layout has shown to be the head; 0 leaves the question to spans, type and figures."""
    rows = known or _header_rows(table, words)
    return replace(table, cells=tuple(replace(c, is_header=c.row < rows) for c in table.cells))


def _header_rows(table: FoundTable, words: dict[int, Word]) -> int:
    if table.n_rows < 2 or table.n_cols < 2:
        return int(table.n_rows > 2 and _is_bolder(table, 1, words))
    rows = _spanned_rows(table)
    if rows > MAX_SHARE * table.n_rows + 0.5:
        return 0
    return rows if _is_bolder(table, rows, words) or _reads_like_heads(table, rows) else 0


def _spanned_rows(table: FoundTable) -> int:
    """The first row, and as many below it as its cells reach down or stand over in groups."""
    rows = 1
    while rows < table.n_rows:
        reach = max((c.row + c.row_span for c in table.cells if c.row < rows and c.row_span < table.n_rows), default=1)
        last = [c for c in table.cells if c.row == rows - 1 and c.text]
        grouped = any(c.col_span > 1 for c in last) and len(last) > 1
        following = max(reach, rows + 1 if grouped else rows)
        if following == rows:
            break
        rows = following
    return rows


def _is_bolder(table: FoundTable, rows: int, words: dict[int, Word]) -> bool:
    head = [words[i] for c in table.cells if c.row < rows for i in c.words]
    body = [words[i] for c in table.cells if c.row >= rows for i in c.words]
    return bool(head) and all(w.bold for w in head) and sum(w.bold for w in body) < 0.5 * len(body)


def _reads_like_heads(table: FoundTable, rows: int) -> bool:
    """Filled but for the corner, without figures other than years."""
    last = [c for c in table.cells if c.row < rows <= c.row + c.row_span]
    filled = [c for c in last if c.text]
    figures = [c for c in filled if is_numeric(c.text) and not _is_year(c)]
    return len(filled) >= len(last) - 1 and not figures


def _is_year(cell: FoundCell) -> bool:
    return (
        cell.text.strip("*()").isdigit()
        and len(cell.text.strip("*()")) == 4
        and cell.text.strip("*(")[:2] in ("19", "20")
    )
