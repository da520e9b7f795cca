"""Boxes on a page. Unit: PDF points (1/72 inch); origin top-left, y down, after the page's own rotation."""

from __future__ import annotations

from collections.abc import Iterable

from pdf_parser.domain.base import Model


class BBox(Model):
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def clip(self, width: float, height: float) -> BBox:
        """The part inside a page of that size; what lies wholly outside becomes an empty box on its border."""
        x0, x1 = sorted(min(max(x, 0.0), width) for x in (self.x0, self.x1))
        y0, y1 = sorted(min(max(y, 0.0), height) for y in (self.y0, self.y1))
        return BBox(x0=x0, y0=y0, x1=x1, y1=y1)


def union(boxes: Iterable[BBox]) -> BBox:
    """The smallest box around all of them; `boxes` must not be empty."""
    boxes = list(boxes)
    return BBox(
        x0=min(b.x0 for b in boxes),
        y0=min(b.y0 for b in boxes),
        x1=max(b.x1 for b in boxes),
        y1=max(b.y1 for b in boxes),
    )
