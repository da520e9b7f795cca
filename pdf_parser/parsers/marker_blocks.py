"""Marker's JSON: blocks of HTML with polygons, groups of them on pages. Read into pieces with boxes in points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.markup.html import html_pieces
from pdf_parser.parsers.markup.list_marker import with_own_marker
from pdf_parser.parsers.markup.piece import Piece

_KINDS = {
    "SectionHeader": BlockKind.HEADING,
    "Caption": BlockKind.CAPTION,
    "Footnote": BlockKind.FOOTNOTE,
    "PageHeader": BlockKind.PAGE_HEADER,
    "PageFooter": BlockKind.PAGE_FOOTER,
    "Code": BlockKind.CODE,
    "Equation": BlockKind.FORMULA,
    "ChemicalBlock": BlockKind.FORMULA,
    "Picture": BlockKind.PICTURE,
    "Figure": BlockKind.PICTURE,
    "Diagram": BlockKind.PICTURE,
}
_TABLES = ("Table", "TableOfContents")
_DEFAULT_LEVEL = 2
_INDENT = re.compile(r"list-indent-(\d+)")


class MarkerBlock(BaseModel):
    """`bbox` in the units of the page's own; `children` of groups and pages, None for what has its own HTML."""

    block_type: str
    html: str = ""
    bbox: tuple[float, float, float, float]
    children: list[MarkerBlock] | None = None


class PageStats(BaseModel):
    """`text_extraction_method`: "pdftext" or "surya"."""

    text_extraction_method: str | None = None


class Metadata(BaseModel):
    page_stats: list[PageStats]


class MarkerDocument(BaseModel):
    """Pages in the order in which they were asked for."""

    children: list[MarkerBlock]
    metadata: Metadata


def page_pieces(page: MarkerBlock, width: float, height: float) -> Iterator[Piece]:
    """`width` and `height` of the page in points, after its rotation: Marker counts from the page's corner, but for
    turned pages in the units of the unturned one (PdfProvider.page_bboxes)."""
    x0, y0, x1, y1 = page.bbox
    across, down = width / max(1.0, x1 - x0), height / max(1.0, y1 - y0)
    for block in _leaves(page):
        left, top, right, bottom = block.bbox
        box = BBox(x0=left * across, y0=top * down, x1=right * across, y1=bottom * down)
        yield from (replace(piece, bbox=box) for piece in _pieces(block))


def shortcomings(page: MarkerBlock, read_by_ocr: bool) -> str | None:
    """What Marker has only logged, in words. Empty boxes over a text layer are usual: a neighbour has their text."""
    leaves = [(block.block_type, html_pieces(block.html)) for block in _leaves(page)]
    flat = sum(type in _TABLES and bool(found) and all(p.table is None for p in found) for type, found in leaves)
    empty = sum(_KINDS.get(type) is not BlockKind.PICTURE and not found for type, found in leaves)
    told = [f"tables read as plain text: {flat}"] if flat else []
    told += [f"blocks not read: {empty}"] if empty and read_by_ocr else []
    return "; ".join(told) or None


def _leaves(block: MarkerBlock) -> Iterator[MarkerBlock]:
    """A table that Marker could not resolve has lines for children and no text in its own HTML."""
    for child in block.children or ():
        lines = [line.html for line in child.children or () if line.block_type == "Line"]
        if lines:
            yield child.model_copy(update={"html": f"<p>{'<br>'.join(lines)}</p>"})
        elif child.children:
            yield from _leaves(child)
        else:
            yield child


def _pieces(block: MarkerBlock) -> Iterator[Piece]:
    """A picture counts without text, anything else does not."""
    found = html_pieces(block.html)
    kind = _KINDS.get(block.block_type)
    if kind is BlockKind.PICTURE:
        yield Piece(kind, " ".join(piece.text for piece in found if piece.text))
        return
    for piece in found:
        if piece.kind is BlockKind.LIST_ITEM:
            yield _list_item(piece, block.html)
        elif piece.kind is BlockKind.PARAGRAPH and kind is not None:
            yield replace(piece, kind=kind, level=_DEFAULT_LEVEL if kind is BlockKind.HEADING else None)
        else:
            yield piece


def _list_item(piece: Piece, html: str) -> Piece:
    """Marker leaves the number of an item in its text, and tells its depth in a class."""
    indent = _INDENT.search(html)
    return with_own_marker(replace(piece, level=1 + int(indent[1]) if indent else piece.level))
