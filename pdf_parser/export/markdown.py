"""Pages to Markdown, page by page. Page headers and footers stay out; they are in document.jsonl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TextIO

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.export.escape import escape_address, escape_block, escape_heading, escape_part
from pdf_parser.export.flow import FlowItem, PlacedTable, flow
from pdf_parser.export.links import linked_parts
from pdf_parser.export.lists import ListIndent, markdown_marker
from pdf_parser.export.table_markdown import table_markdown
from pdf_parser.export.text import one_line, plain, tidy

_GAP = "\n\n"
_LATEX = re.compile(r"\\[A-Za-z]")
_BACKTICKS = re.compile(r"`+")
_WHITE_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """Where an item stands in the Markdown: `text[start:end]`, counted in Unicode code points."""

    start: int
    end: int
    item: FlowItem


class MarkdownWriter:
    """Writes pages to a text stream as they come; holds none of them."""

    def __init__(self, stream: TextIO, *, page_comments: bool = False) -> None:
        self._stream = stream
        self._page_comments = page_comments
        self._at = 0

    def write(self, page: Page) -> list[Span]:
        """Where the items of the page now stand in all that was written, in order; none for what leaves no text."""
        begin = self._at
        if self._page_comments:
            self._put(_GAP, f"<!-- page {page.page} -->", begin)
        spans = [Span(*self._put(gap, text, begin), item) for gap, text, item in _parts(page)]
        if self._at > begin:
            self._at += self._stream.write("\n")
        return spans

    def _put(self, gap: str, text: str, page_begin: int) -> tuple[int, int]:
        """Writes one text behind its gap; one empty line parts pages. Gives where the text begins and ends."""
        if self._at == page_begin:
            gap = "\n" if self._at else ""
        self._at += self._stream.write(gap)
        start = self._at
        self._at += self._stream.write(text)
        return start, self._at


def page_markdown(page: Page) -> str:
    """One page, without a line break at its end."""
    out = StringIO()
    MarkdownWriter(out).write(page)
    return out.getvalue()[:-1]


def _parts(page: Page) -> Iterator[tuple[str, str, FlowItem]]:
    """(what stands before it, text, item) of every block that leaves a text."""
    items = ListIndent()
    for item in flow(page):
        if isinstance(item, Block) and item.kind is BlockKind.LIST_ITEM:
            marker, prefix = markdown_marker(item.marker)
            yield *items.place(marker, _paragraph(item, prefix), item.level), item
            continue
        items = ListIndent()
        text = _block(item) if isinstance(item, Block) else _table(item)
        if text:
            yield _GAP, text, item


def _block(block: Block) -> str:
    if block.figure is not None:
        return _GAP.join(filter(None, (f"![]({escape_address(block.figure)})", _paragraph(block))))
    if block.kind is BlockKind.HEADING:
        return _heading(block)
    if block.kind is BlockKind.CODE:
        return _fenced(block.text)
    if block.kind is BlockKind.FORMULA and _LATEX.search(block.text):
        return _fenced(block.text, "math")  # to the letter: escaped LaTeX is no LaTeX
    return _paragraph(block, f"{block.marker} " if block.marker else "")


def _heading(block: Block) -> str:
    text = escape_heading(one_line(block.text))
    return f"{'#' * min(max(block.level or 1, 1), 6)} {text}" if text else ""


def _paragraph(block: Block, prefix: str = "") -> str:
    """`prefix` is text too: what stays of a marker."""
    parts = list(linked_parts(block))
    if all(uri is None for _, uri in parts):
        return escape_block(tidy(prefix + block.text))
    text = f"{escape_block(tidy(prefix))} ".lstrip()
    for part, uri in parts:
        line = _WHITE_SPACE.sub(" ", plain(part))
        escaped = escape_part(line if text else line.lstrip(), begins_block=not text)
        text += f"[{escaped}]({escape_address(uri)})" if uri else escaped
    return text.strip()


def _table(placed: PlacedTable) -> str:
    return _GAP.join(filter(None, (escape_block(tidy(placed.caption)), table_markdown(placed.table))))


def _fenced(text: str, language: str = "") -> str:
    text = plain(text).strip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
