"""Rows of HTML cells become a grid: every cell finds its column between the spans of those before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pdf_parser.domain.table import Cell
from pdf_parser.parsers.markup.piece import Grid
from pdf_parser.parsers.markup.running_text import RunningText

_MAX_SPAN = 1000  # of columns, as in the HTML standard


@dataclass
class _HtmlCell:
    is_header: bool
    row_span: int
    col_span: int
    text: RunningText = field(default_factory=RunningText)


class TableRows:
    """Collects one table while it is read. End tags may be missing, as HTML allows."""

    def __init__(self) -> None:
        self._rows: list[list[_HtmlCell]] = []
        self._caption = RunningText()
        self._into: RunningText | None = None
        self._in_head = False

    def start(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag in ("thead", "tbody", "tfoot"):
            self._in_head = tag == "thead"
        elif tag == "tr":
            self._rows.append([])
            self._into = None
        elif tag in ("td", "th"):
            self._start_cell(tag == "th" or self._in_head, attributes)
        elif tag == "caption":
            self._into = self._caption

    def end(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "caption"):
            self._into = None
        elif tag == "thead":
            self._in_head = False

    def add(self, data: str) -> None:
        """Text between cells is not lost: the last one takes it."""
        if self._into is not None:
            self._into.add(data)
        elif data.strip():
            last = next((row[-1].text for row in reversed(self._rows) if row), self._caption)
            last.line_break()
            last.add(data)

    def line_break(self) -> None:
        if self._into is not None:
            self._into.line_break()

    @property
    def caption(self) -> str:
        return self._caption.text

    def grid(self) -> Grid | None:
        """None for a table without any text in its cells."""
        cells = _placed([row for row in self._rows if row])
        if not any(cell.text for cell in cells):
            return None
        return Grid(
            n_rows=1 + max(cell.row + cell.row_span - 1 for cell in cells),
            n_cols=1 + max(cell.col + cell.col_span - 1 for cell in cells),
            cells=tuple(cells),
            caption=self.caption or None,
        )

    def _start_cell(self, is_header: bool, attributes: Mapping[str, str | None]) -> None:
        if not self._rows:
            self._rows.append([])
        rows, cols = (_span(attributes.get(name)) for name in ("rowspan", "colspan"))
        cell = _HtmlCell(is_header, rows, min(cols, _MAX_SPAN))
        self._rows[-1].append(cell)
        self._into = cell.text


def _span(value: str | None) -> int:
    text = (value or "1").strip()
    return max(1, int(text[:9])) if text.isdecimal() else 1


def _placed(rows: list[list[_HtmlCell]]) -> list[Cell]:
    """Spans end with the table, before a place that is taken, and with the last column in which a cell begins:
    engines are generous with them."""
    free_from: dict[int, int] = {}  # by column: its first row that no cell from above reaches into
    cells = []
    for row, html_cells in enumerate(rows):
        col = 0
        for html in html_cells:
            while free_from.get(col, 0) > row:
                col += 1
            wide = next((w for w in range(1, html.col_span) if free_from.get(col + w, 0) > row), html.col_span)
            high = min(html.row_span, len(rows) - row)
            free_from.update(dict.fromkeys(range(col, col + wide), row + high))
            cells.append(_cell(html, row, col, high, wide))
            col += wide
    n_cols = 1 + max((cell.col for cell in cells), default=0)
    return [cell.model_copy(update={"col_span": min(cell.col_span, n_cols - cell.col)}) for cell in cells]


def _cell(html: _HtmlCell, row: int, col: int, high: int, wide: int) -> Cell:
    return Cell(row=row, col=col, row_span=high, col_span=wide, text=html.text.text, is_header=html.is_header)
