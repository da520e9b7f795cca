"""Pages to Markdown, page by page. Page headers and footers stay out; they are in document.jsonl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.export.escape import escape_address, escape_block, escape_heading, escape_part
from pdf_parser.export.flow import PlacedTable, flow
from pdf_parser.export.links import linked_parts
from pdf_parser.export.lists import ListIndent, markdown_marker
from pdf_parser.export.table_markdown import table_markdown
from pdf_parser.export.text import one_line, plain, tidy

_GAP = "\n\n"
_LATEX = re.compile(r"\\[A-Za-z]")
_BACKTICKS = re.compile(r"`+")
_WHITE_SPACE = re.compile(r"\s+")


class MarkdownWriter:
    """Writes pages to a text stream as they come; holds none of them."""

    def __init__(self, stream: TextIO, *, page_comments: bool = False) -> None:
        self._stream = stream
        self._page_comments = page_comments
        self._is_empty = True

    def write(self, page: Page) -> None:
        text = page_markdown(page, page_comment=self._page_comments)
        if text:
            self._stream.write(f"{text}\n" if self._is_empty else f"\n{text}\n")
            self._is_empty = False


def page_markdown(page: Page, *, page_comment: bool = False) -> str:
    """One page, without a line break at its end. `page_comment` puts `<!-- page 12 -->` before it."""
    parts = [(_GAP, f"<!-- page {page.page} -->")] if page_comment else []
    parts += _parts(page)
    return "".join(f"{sep}{text}" if i else text for i, (sep, text) in enumerate(parts))


def _parts(page: Page) -> Iterator[tuple[str, str]]:
    """(what stands before it, text) of every block that leaves one."""
    items = ListIndent()
    for item in flow(page):
        if isinstance(item, Block) and item.kind is BlockKind.LIST_ITEM:
            marker, prefix = markdown_marker(item.marker)
            yield items.place(marker, _paragraph(item, prefix), item.level)
            continue
        items = ListIndent()
        text = _block(item) if isinstance(item, Block) else _table(item)
        if text:
            yield _GAP, text


def _block(block: Block) -> str:
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
