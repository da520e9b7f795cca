"""Tables for the tests: drawn on a page, found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.tables.find import find_tables
from pdf_parser.parsers.layout.tables.found import FoundTable
from pdf_parser.parsers.pdfium import read_content
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.pdf_writer import PdfPage, PdfWriter

Rows = Sequence[Sequence[str]]
LEFT, TOP, WIDTH, HEIGHT, PAD = 72.0, 120.0, 90.0, 20.0, 4.0


def content_of(draw: Callable[[PdfPage], None], rotate: int = 0) -> PageContent:
    writer = PdfWriter()
    draw(writer.page(rotate=rotate))
    return content_of_file(writer.to_bytes())


def content_of_file(data: bytes) -> PageContent:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(data)
        with open_pdf(path) as pdf:
            return read_content(pdf, 1)


def tables_of(draw: Callable[[PdfPage], None], rotate: int = 0) -> list[FoundTable]:
    return find_tables(content_of(draw, rotate))


def texts(table: FoundTable) -> list[list[str]]:
    """By row and column; a span's text in its first place."""
    rows = [[""] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row][cell.col] = cell.text
    return rows


def write_cells(page: PdfPage, rows: Rows, left: float = LEFT, top: float = TOP, width: float = WIDTH) -> None:
    """One line of text at the left of each cell."""
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                page.text(left + c * width + PAD, top + r * HEIGHT + 14, text, size=9)


def rule_rows(
    page: PdfPage, rows: Sequence[int], cols: int, left: float = LEFT, top: float = TOP, width: float = WIDTH
) -> None:
    """Horizontal rules above the rows of these numbers, over all columns."""
    for r in rows:
        page.line(left, top + r * HEIGHT, left + cols * width, top + r * HEIGHT)


def rule_grid(page: PdfPage, rows: int, cols: int, left: float = LEFT, top: float = TOP, width: float = WIDTH) -> None:
    rule_rows(page, range(rows + 1), cols, left, top, width)
    for c in range(cols + 1):
        page.line(left + c * width, top, left + c * width, top + rows * HEIGHT)


def write_prose(page: PdfPage, top: float, lines: int, left: float = LEFT, words: int = 12) -> None:
    text = "the quick brown fox jumps over the lazy dog and then goes home to write a report".split()
    for i in range(lines):
        page.text(left, top + 13 * i, " ".join(text[(i + k) % len(text)] for k in range(words)), size=10)
