"""Link areas of a page onto the words of a block."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.domain.document import Link
from pdf_parser.parsers.layout.content import LinkArea, Word
from pdf_parser.parsers.layout.joining import Span

Rect = tuple[float, float, float, float]


def find_links(spans: Sequence[Span], rect: Rect, areas: Sequence[LinkArea]) -> tuple[Link, ...]:
    """Words of a block (`rect` is its box) that lie in an area; neighbours with the same target are one link."""
    x0, y0, x1, y1 = rect
    areas = [a for a in areas if a.x0 < x1 and a.x1 > x0 and a.y0 < y1 and a.y1 > y0]
    if not areas:
        return ()
    links: list[Link] = []
    open_until = -1
    for i, (word, start, end) in enumerate(spans):
        uri = next((a.uri for a in areas if _covers(a, word)), None)
        if uri is None or end <= start:
            continue
        if links and open_until == i - 1 and links[-1].uri == uri:
            links[-1] = Link(start=links[-1].start, end=end, uri=uri)
        else:
            links.append(Link(start=start, end=end, uri=uri))
        open_until = i
    return tuple(links)


def _covers(area: LinkArea, word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return area.x0 <= x <= area.x1 and area.y0 <= y <= area.y1
