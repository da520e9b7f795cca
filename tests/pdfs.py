"""PDFs for the tests, made in code."""

from __future__ import annotations

from pdf_parser.utils.pdf_writer import PdfPage, PdfWriter

PARAGRAPH = ("The quick brown fox jumps over the lazy dog and", "then goes home to write a long report about it.")


def simple_pdf(pages: int = 1, words: str = "page") -> bytes:
    """Each page has a heading "Chapter n" and one paragraph that names the page."""
    writer = PdfWriter()
    for number in range(1, pages + 1):
        page = writer.page()
        page.text(72, 100, f"Chapter {number}", size=18, font="bold")
        for i, line in enumerate((f"This is {words} {number}.", *PARAGRAPH)):
            page.text(72, 140 + 14 * i, line)
    return writer.to_bytes()


def blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.page()
    return writer.to_bytes()


def drawing_pdf() -> bytes:
    """Ink but no text: a page of rules."""
    writer = PdfWriter()
    page = writer.page()
    for y in range(100, 700, 20):
        page.line(72, y, 500, y)
    return writer.to_bytes()


def long_table_pdf(header: tuple[str, ...], pages: list[list[tuple[str, ...]]]) -> bytes:
    """A ruled table that runs over pages, its header on each of them."""
    writer = PdfWriter()
    for rows in pages:
        _ruled(writer.page(), [header, *rows])
    return writer.to_bytes()


def _ruled(page: PdfPage, rows: list[tuple[str, ...]], left: float = 72, top: float = 120, width: float = 140) -> None:
    right, bottom = left + width * len(rows[0]), top + 20 * len(rows)
    for i in range(len(rows) + 1):
        page.line(left, top + 20 * i, right, top + 20 * i)
    for i in range(len(rows[0]) + 1):
        page.line(left + width * i, top, left + width * i, bottom)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            page.text(left + width * j + 6, top + 20 * i + 14, text, size=10, font="regular" if i else "bold")
