"""Words, pages and documents for the tests of layout, made in code."""

from __future__ import annotations

from pathlib import Path

from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.merge import merge_pages
from pdf_parser.domain.profile import PageKind, PageProfile, profile_page
from pdf_parser.domain.survey import Survey
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.page import build_page
from pdf_parser.parsers.pdfium import PdfiumParser
from pdf_parser.settings import Settings
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.pdf_writer import PdfPage, PdfWriter

LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipisici elit, sed eiusmod tempor incidunt ut labore et dolore magna "
    "aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquid ex ea commodi "
    "consequat. Quis aute iure reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur."
)


def words(text: str, x: float, y: float, size: float = 10, **style: object) -> list[Word]:
    """One line of words, each character half a size wide; `y` is the top."""
    out = []
    for part in text.split(" "):
        width = 0.5 * size * len(part)
        out.append(Word(part, x, y, x + width, y + 1.2 * size, size, **style))  # type: ignore[arg-type]
        x += width + 0.3 * size
    return out


def content(*lines: list[Word], width: float = 600, height: float = 800) -> PageContent:
    return PageContent(width, height, [word for line in lines for word in line])


def built(page: PageContent) -> Page:
    profile = PageProfile(page=1, width=page.width, height=page.height, chars=1, kind=PageKind.DIGITAL)
    return build_page(page, profile, "pdfium", "1")


def parsed(pdf: bytes, folder: Path) -> list[Page]:
    """All pages of a PDF as the built-in parser and the merge leave them."""
    path = folder / "test.pdf"
    path.write_bytes(pdf)
    with open_pdf(path) as document:
        inputs = [PageInput(profile_page(measure_page(document, n)), n) for n in range(1, len(document) + 1)]
    pages = list(PdfiumParser(Settings()).parse(path, inputs))
    survey = Survey()
    for page in pages:
        survey.add(page)
    return list(merge_pages(pages, survey))


def blocks(writer: PdfWriter, folder: Path) -> list[Block]:
    return [block for page in parsed(writer.to_bytes(), folder) for block in page.blocks]


def write_lines(page: PdfPage, x: float, y: float, lines: list[str], size: float = 10, font: str = "regular") -> float:
    """Lines with usual leading; returns the baseline of the line after them."""
    for line in lines:
        page.text(x, y, line, size, font)  # type: ignore[arg-type]
        y += 1.25 * size
    return y


def wrapped(text: str, chars: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > chars:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
