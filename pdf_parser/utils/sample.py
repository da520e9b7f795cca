"""A document to try the service with, made in code: headings, prose, a list and a ruled table on three pages."""

from __future__ import annotations

from pdf_parser.utils.pdf_writer import PdfPage, PdfWriter

_PROSE = (
    "A page ledger holds one row for every page of the input. It says which parser made the",
    "page, how often it was tried, and why it looks the way it does. A page that is missing",
    "from the ledger stops the run, so that no page can disap-",
    "pear in silence.",
)
_ROWS = (
    ("Quarter", "Pages", "Tables", "Cost"),
    ("Q1", "00123", "17", "1.10"),
    ("Q2", "12,345", "204", "(1,234)"),
    ("Q3", "98,001", "1,998", "12345678.91"),
)
_LEFT = 72.0


def sample_pdf() -> bytes:
    writer = PdfWriter()
    title, table, ending = writer.page(), writer.page(), writer.page()
    for number, page in enumerate(writer.pages, start=1):
        page.text(_LEFT, 40, "pdf-parser sample", size=8)
        page.text(300, 810, str(number), size=8)
    title.text(_LEFT, 100, "A sample document", size=22, font="bold")
    title.text(_LEFT, 140, "1 The page ledger", size=15, font="bold")
    _prose(title, top=165)
    for i, item in enumerate(("fetch and hash", "classify the pages", "parse, merge and export")):
        title.text(_LEFT, 260 + 16 * i, f"- {item}")
    table.text(_LEFT, 100, "2 A table", size=15, font="bold")
    _ruled_table(table, top=130)
    ending.text(_LEFT, 100, "3 The end", size=15, font="bold")
    _prose(ending, top=125)
    return writer.to_bytes()


def _prose(page: PdfPage, top: float) -> None:
    for i, line in enumerate(_PROSE):
        page.text(_LEFT, top + 14 * i, line)


def _ruled_table(page: PdfPage, top: float, width: float = 110, height: float = 22) -> None:
    bottom, right = top + height * len(_ROWS), _LEFT + width * len(_ROWS[0])
    for row in range(len(_ROWS) + 1):
        page.line(_LEFT, top + row * height, right, top + row * height)
    for col in range(len(_ROWS[0]) + 1):
        page.line(_LEFT + col * width, top, _LEFT + col * width, bottom)
    for row, cells in enumerate(_ROWS):
        for col, cell in enumerate(cells):
            font = "bold" if row == 0 else "regular"
            page.text(_LEFT + col * width + 6, top + row * height + 15, cell, size=10, font=font)  # type: ignore[arg-type]
