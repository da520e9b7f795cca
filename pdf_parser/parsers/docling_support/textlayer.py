"""The text layer as PDFium reads it, for docling's stages: each has a thread of its own, and PDFium allows one."""

from __future__ import annotations

from pathlib import Path, PurePath

from docling.utils.locks import pypdfium2_lock

from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.pdfium import read_content
from pdf_parser.utils.pdf import open_pdf


def page_content(pdf: PurePath, position: int) -> PageContent:
    """Words, rules and boxes of one page, `position` 1-based; the words know their rank."""
    with pypdfium2_lock, open_pdf(Path(pdf)) as document:
        content = read_content(document, position)
    for rank, word in enumerate(content.words):
        word.rank = rank
    return content
