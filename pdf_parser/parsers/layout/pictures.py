"""Pictures among the blocks of a page: figures with their labels, and images that the PDF holds."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.figures import Figure, area, is_large, is_prose, merge_rects
from pdf_parser.parsers.layout.order import reading_order
from pdf_parser.parsers.layout.placed import PlacedPicture, PlacedTable
from pdf_parser.parsers.layout.textblock import Rect, TextBlock

Item = TextBlock | PlacedTable
SEAM = 1.0  # points between the strips into which producers cut an image
MAX_IMAGES = 2_000
BACKDROP = 0.85  # share of the page: so large is its paper, not a picture on it
SAME_COLUMN = 0.3  # share of the narrower of two boxes


def find_pictures(content: PageContent, figures: Sequence[Figure], items: Sequence[Item]) -> list[PlacedPicture]:
    """Images behind prose or a table are backdrops, and those in a figure are part of it."""
    images = [(p.x0, p.y0, p.x1, p.y1) for p in content.pictures[:MAX_IMAGES]]
    page = content.width * content.height
    placed = [PlacedPicture(f.rect, reading_order(f.labels, content.height)) for f in figures]
    for rect in merge_rects(images, SEAM):
        is_part = any(_shared(rect, figure.rect) > 0.5 * area(rect) for figure in figures)
        if is_large(rect) and area(rect) < BACKDROP * page and not is_part and not _is_backdrop(rect, items):
            placed.append(PlacedPicture(rect))
    return sorted(placed, key=lambda picture: (picture.rect[1], picture.rect[0]))


def with_pictures(items: Sequence[Item], pictures: Sequence[PlacedPicture]) -> list[Item | PlacedPicture]:
    """Each picture beside the item that stands nearest above or below it: its text, or its caption."""
    out: list[Item | PlacedPicture] = list(items)
    for picture in pictures:
        out.insert(_place(picture.rect, out), picture)
    return out


def _place(rect: Rect, items: Sequence[Item | PlacedPicture]) -> int:
    """Where in the order it belongs. What stands in its column is nearer than what does not, however far."""
    best, place = (True, float("inf")), len(items)
    for i, item in enumerate(items):
        x0, y0, x1, y1 = item.rect
        aside = min(x1, rect[2]) - max(x0, rect[0]) <= SAME_COLUMN * min(x1 - x0, rect[2] - rect[0])
        is_above = y0 + y1 < rect[1] + rect[3]
        distance = (aside, max(0.0, rect[1] - y1 if is_above else y0 - rect[3]))
        if distance < best:
            best, place = distance, i + is_above
    return place


def _is_backdrop(rect: Rect, items: Sequence[Item]) -> bool:
    return any(
        _shared(item.rect, rect) > 0.5 * area(item.rect)
        for item in items
        if not isinstance(item, TextBlock) or is_prose(item)
    )


def _shared(a: Rect, b: Rect) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
