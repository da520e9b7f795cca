"""The built-in parser: the text layer through PDFium. Needs no weights and ends every fallback chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParseFailed
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.page import build_page
from pdf_parser.parsers.pdfium_links import read_links
from pdf_parser.parsers.pdfium_paths import read_drawing
from pdf_parser.parsers.pdfium_text import read_words
from pdf_parser.utils.pdf import open_pdf, page_space


class PdfiumParser(Parser):
    name = "pdfium"
    requires = ("pypdfium2",)
    distribution = "pypdfium2"

    def suits(self, page: PageProfile) -> bool:
        """Not what has no text, nor text that is noise: the last resort gives that, and marks it as such."""
        return page.kind not in (PageKind.SCANNED, PageKind.GARBLED)

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        with open_pdf(pdf) as document:
            for item in pages:
                try:
                    content = read_content(document, item.position)
                except pdfium.PdfiumError as exc:
                    raise ParseFailed(f"PDFium cannot read page {item.page}: {exc}") from exc
                yield build_page(content, item.profile, self.name, self.version())


def page_words(document: pdfium.PdfDocument, position: int) -> list[Word]:
    """Words of the text layer, for a parser that knows the page by other means; none where PDFium cannot read it."""
    try:
        return read_content(document, position).words
    except pdfium.PdfiumError:
        return []


def read_content(document: pdfium.PdfDocument, position: int) -> PageContent:
    """What is on one page, `position` 1-based."""
    page = document[position - 1]
    textpage = page.get_textpage()
    try:
        space = page_space(page)
        drawing = read_drawing(page, space)
        words, note = read_words(textpage, space, page.get_rotation())
        return PageContent(
            space.width,
            space.height,
            words=words,
            rules=drawing.rules,
            pictures=drawing.pictures,
            boxes=drawing.boxes,
            strokes=drawing.strokes,
            links=read_links(document, page, space),
            note=note,
        )
    finally:
        textpage.close()
        page.close()
