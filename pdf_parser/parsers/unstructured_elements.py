"""Unstructured's elements, read into pieces with boxes in points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox, union
from pdf_parser.parsers.markup.html import html_pieces
from pdf_parser.parsers.markup.list_marker import with_own_marker
from pdf_parser.parsers.markup.piece import Grid, Piece

if TYPE_CHECKING:
    from unstructured.documents.elements import Element, ElementMetadata

_KINDS = {
    "Title": BlockKind.HEADING,
    "ListItem": BlockKind.LIST_ITEM,
    "FigureCaption": BlockKind.CAPTION,
    "Header": BlockKind.PAGE_HEADER,
    "Footer": BlockKind.PAGE_FOOTER,
    "PageNumber": BlockKind.PAGE_FOOTER,
    "Footnote": BlockKind.FOOTNOTE,
    "Formula": BlockKind.FORMULA,
    "CodeSnippet": BlockKind.CODE,
    "Image": BlockKind.PICTURE,
}
_MOST_TITLE_CHARS = 200


def page_pieces(elements: Iterable[Element], width: float, height: float, knows_titles: bool) -> Iterator[Piece]:
    """`width` and `height` of the page in points. `knows_titles`: whether its titles mean anything."""
    for element in elements:
        piece = _piece(element, _box(element.metadata, width, height), knows_titles)
        if piece.chars or piece.kind is BlockKind.PICTURE:
            yield piece


def _piece(element: Element, box: BBox | None, knows_titles: bool) -> Piece:
    text, confidence = " ".join(element.text.split()), element.metadata.detection_class_prob
    grid = _grid(element.metadata.text_as_html) if element.category == "Table" else None
    if grid is not None:
        return Piece(BlockKind.TABLE, table=grid, bbox=box, confidence=confidence)
    kind = _KINDS.get(element.category, BlockKind.PARAGRAPH)
    if kind is BlockKind.HEADING and (not knows_titles or len(text) > _MOST_TITLE_CHARS):
        kind = BlockKind.PARAGRAPH
    level = 1 + (element.metadata.category_depth or 0) if kind in (BlockKind.HEADING, BlockKind.LIST_ITEM) else None
    shown = element.text if kind is BlockKind.CODE else text
    piece = Piece(kind, shown, level=level, bbox=box, confidence=confidence)
    return with_own_marker(piece) if kind is BlockKind.LIST_ITEM else piece


def _grid(html: str | None) -> Grid | None:
    return next((piece.table for piece in html_pieces(html or "") if piece.table is not None), None)


def _box(metadata: ElementMetadata, width: float, height: float) -> BBox | None:
    """Points of pixels or of PDF, both made relative to their page, origin bottom-left, by the coordinate system."""
    place = metadata.coordinates
    if place is None or not place.points or place.system is None:
        return None
    relative = [place.system.convert_to_relative(x, y) for x, y in place.points]
    return union(BBox(x0=x * width, y0=(1 - y) * height, x1=x * width, y1=(1 - y) * height) for x, y in relative).clip(
        width, height
    )
