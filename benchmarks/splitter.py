"""What the splitter does to tables: structured mode against the reference's (compat), over the pages of PDFs.

    python -m benchmarks.splitter [--corpus ../shared/corpus/quality] [--chunk-size 300] [--overlap 50]

The pages are parsed by the built-in parser. Compat gets the text of each page with its tables as the same pipe lines
that structured mode writes, so that a line can be looked up in both. A table is cut when its rows are not all in one
chunk, a row is cut when no chunk has it whole. A table chunk is one that has a row of a table, or the greater part of a
long one; it is header-less when the table has a header and the chunk has it in no form. Structured mode shortens a
header that would take, with the caption, more than half of each chunk: first a name over several columns is said once,
not in each of them, then names lose words; the two are counted apart.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from loguru import logger

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Page
from pdf_parser.errors import PdfParserError
from pdf_parser.parse import parse_file
from pdf_parser.settings import Settings
from pdf_parser.utils.splitter import split_page_texts, split_pages
from pdf_parser.utils.splitter_flow import PlacedTable, flow
from pdf_parser.utils.splitter_heads import SHORT_NAMES
from pdf_parser.utils.splitter_lines import TableLines, short_header, table_lines

MODES = ("structured", "compat")


@dataclass
class Count:
    tables: int = 0
    cut: int = 0
    rows: int = 0
    rows_cut: int = 0
    table_chunks: int = 0
    headless: int = 0
    said_once: int = 0
    cut_names: int = 0
    chunks: int = 0
    longest: int = 0


def page_text(page: Page) -> str:
    return "\n\n".join(_text(item) for item in flow(page))


def _text(item: object) -> str:
    if isinstance(item, PlacedTable):
        lines = table_lines(item.table)
        return "\n".join([*([item.caption, ""] if item.caption else []), *lines.header, *lines.rows])
    return str(getattr(item, "text", ""))


def chunks_of(pages: Sequence[Page], mode: str, size: int, overlap: int) -> list[Chunk]:
    if mode == "structured":
        return list(split_pages(pages, chunk_size=size, overlap=overlap))
    texts = ((page.page, page_text(page)) for page in pages)
    return list(split_page_texts(texts, chunk_size=size, overlap=overlap))


def count(pages: Sequence[Page], chunks: Sequence[Chunk], size: int, found: Count) -> None:
    found.chunks += len(chunks)
    found.longest = max(found.longest, *(chunk.tokens for chunk in chunks), 0)
    for page in pages:
        near = [chunk for chunk in chunks if chunk.first_page <= page.page <= chunk.last_page]
        for item in flow(page):
            if isinstance(item, PlacedTable):
                own = [chunk for chunk in near if chunk.table_id in (None, item.table.id)]
                _count_table(table_lines(item.table), own, found)


def _count_table(lines: TableLines, chunks: Sequence[Chunk], found: Count) -> None:
    rows = list(dict.fromkeys(line for pair in zip(lines.rows, lines.openings, strict=True) for line in pair))
    if not rows:
        return
    found.tables += 1
    found.rows += len(lines.rows)
    found.cut += not any(all(row in chunk.text for row in lines.rows) for chunk in chunks)
    found.rows_cut += sum(not any(form in c.text for c in chunks for form in forms) for forms in _forms(lines))
    for chunk in chunks:
        if _has_piece(chunk.text, rows):
            found.table_chunks += 1
            _count_header(lines, chunk.text, found)


def _count_header(lines: TableLines, text: str, found: Count) -> None:
    """The line of dashes is not looked for: a header that is too long is said as rows, once, without it."""
    if all(line in text for line in lines.header[:-1]):
        return
    if all(line in text for line in short_header(lines.names)[:-1]):
        found.said_once += 1
    elif any(all(line in text for line in short_header(lines.names, n)) for n in SHORT_NAMES):
        found.cut_names += 1
    else:
        found.headless += 1


def _forms(lines: TableLines) -> Iterator[tuple[str, str]]:
    return zip(lines.rows, lines.openings, strict=True)


def _has_piece(text: str, rows: Sequence[str]) -> bool:
    """A whole row, or one that was cut: its first or its second half."""
    return any(row in text or any(half in text for half in _halves(row)) for row in rows)


def _halves(row: str) -> Iterator[str]:
    middle = len(row) // 2
    return (row[a:b] for a, b in pairwise((0, middle, len(row))) if b - a >= 40)


def documents(corpus: Path, settings: Settings) -> Iterator[list[Page]]:
    for path in sorted(corpus.rglob("*.pdf")):
        try:
            yield parse_file(path, settings)
        except PdfParserError as exc:
            print(f"{path.name}: {exc.code()}", file=sys.stderr)


def row(mode: str, found: Count) -> str:
    cut = f"{found.cut} of {found.tables} ({100 * found.cut / max(1, found.tables):.0f} %)"
    rows = f"{found.rows_cut} of {found.rows}"
    headless = f"{found.headless} of {found.table_chunks} ({100 * found.headless / max(1, found.table_chunks):.0f} %)"
    shortened = f"{found.said_once} | {found.cut_names}"
    return f"| {mode} | {found.chunks} | {found.longest} | {cut} | {rows} | {headless} | {shortened} |"


def main(argv: Sequence[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.splitter", description=__doc__)
    args.add_argument("--corpus", type=Path, default=Path("../shared/corpus/quality"))
    args.add_argument("--chunk-size", type=int, default=300)
    args.add_argument("--overlap", type=int, default=50)
    chosen = args.parse_args(argv)
    logger.remove()
    found = {mode: Count() for mode in MODES}
    for pages in documents(chosen.corpus, Settings(_env_file=None)):
        for mode in MODES:
            count(pages, chunks_of(pages, mode, chosen.chunk_size, chosen.overlap), chosen.chunk_size, found[mode])
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {datetime.now():%Y-%m-%d}\n")
    columns = (
        "mode",
        "chunks",
        "longest",
        "tables cut",
        "rows cut",
        "header-less table chunks",
        "with names said once",
        "with names cut",
    )
    print(f"| {' | '.join(columns)} |")
    print("|" + "---|" * len(columns))
    for mode in MODES:
        print(row(mode, found[mode]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
