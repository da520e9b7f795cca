"""The document in all its forms, written page by page in one pass. `merge` opens the streams and stores them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from pdf_parser.domain import layout
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.document import Page
from pdf_parser.domain.summary import Written
from pdf_parser.export.citations import citation_line
from pdf_parser.export.html import HtmlWriter
from pdf_parser.export.jsonl import block_lines, chunk_line, ledger_line
from pdf_parser.export.markdown import MarkdownWriter
from pdf_parser.utils.splitter import split_pages

_LINES = "application/x-ndjson"

# What merge makes, by name in the result folder. Tables are made of TABLES, which is not published itself.
OUTPUTS = {
    layout.DOCUMENT_MD: "text/markdown; charset=utf-8",
    layout.DOCUMENT_HTML: "text/html; charset=utf-8",
    layout.DOCUMENT_JSONL: _LINES,
    layout.CITATIONS: _LINES,
    layout.LEDGER: _LINES,
    layout.CHUNKS: _LINES,
}
TABLES = "tables"


def write_document(pages: Iterable[Page], files: Mapping[str, TextIO], chunking: Chunking) -> Written:
    """`files` has a stream for each name of OUTPUTS, and one for TABLES: one Table a line. Holds one page."""
    written = Written()
    each = _each(pages, files, written)
    for chunk in split_pages(
        each, chunk_size=chunking.chunk_size, overlap=chunking.overlap, table_rows=chunking.table_rows
    ):
        files[layout.CHUNKS].write(chunk_line(chunk))
        written.chunks += 1
    return written


def _each(pages: Iterable[Page], files: Mapping[str, TextIO], written: Written) -> Iterator[Page]:
    """Passes the pages on to the splitter after each has been written in every other form."""
    markdown = MarkdownWriter(files[layout.DOCUMENT_MD])
    with HtmlWriter(files[layout.DOCUMENT_HTML]) as html:
        for page in pages:
            files[layout.CITATIONS].writelines(map(citation_line, markdown.write(page)))
            html.write(page)
            files[layout.DOCUMENT_JSONL].writelines(block_lines(page))
            files[layout.LEDGER].write(ledger_line(page.record))
            files[TABLES].writelines(table.model_dump_json() + "\n" for table in page.tables)
            written.tables += len(page.tables)
            written.figures += sum(block.figure is not None for block in page.blocks)
            yield page
