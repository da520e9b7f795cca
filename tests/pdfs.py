"""PDFs for the tests, made in code."""

from __future__ import annotations

from pdf_parser.utils.pdf_writer import PdfWriter

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
