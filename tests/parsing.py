"""PDFs from memory, through one parser in this process."""

from __future__ import annotations

from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import profile_page
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import open_pdf


def parsed(parser: Parser, folder: Path, data: bytes, offset: int = 0) -> list[Page]:
    """Page n of the file is page n + `offset` of the document. The parser must be loaded."""
    path = folder / "document.pdf"
    path.write_bytes(data)
    return list(parser.parse(path, inputs_of(path, offset)))


def inputs_of(path: Path, offset: int = 0) -> list[PageInput]:
    with open_pdf(path) as pdf:
        profiles = [profile_page(measure_page(pdf, n)) for n in range(1, len(pdf) + 1)]
    return [PageInput(p.model_copy(update={"page": p.page + offset}), p.page) for p in profiles]
