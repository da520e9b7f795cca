"""What the table finder hands back: cells on a grid, and which words each of them is made of."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Cell, Table
from pdf_parser.parsers.layout.content import PageContent, Word

Item = tuple[int, Word]  # a word with its index in PageContent.words


@dataclass(frozen=True, slots=True)
class FoundCell:
    """`words` are indices into PageContent.words, in the order in which they are read."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    words: tuple[int, ...] = ()
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Points, origin top-left, y down. Every word of the table is in exactly one cell."""

    x0: float
    y0: float
    x1: float
    y1: float
    n_rows: int
    n_cols: int
    cells: tuple[FoundCell, ...]
    caption: str | None = None

    @property
    def words(self) -> frozenset[int]:
        return frozenset(i for cell in self.cells for i in cell.words)

    def to_table(self, content: PageContent, table_id: str, page: int, parser: str) -> Table:
        box = BBox(x0=self.x0, y0=self.y0, x1=self.x1, y1=self.y1)
        return Table(
            id=table_id,
            page=page,
            bbox=box.clip(content.width, content.height),
            n_rows=self.n_rows,
            n_cols=self.n_cols,
            cells=tuple(
                Cell(row=c.row, col=c.col, row_span=c.row_span, col_span=c.col_span, text=c.text, is_header=c.is_header)
                for c in self.cells
            ),
            caption=self.caption,
            parser=parser,
        )
