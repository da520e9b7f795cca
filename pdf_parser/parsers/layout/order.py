"""The order in which blocks are read: that of the stream where it is plausible, else by columns and bands of white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pdf_parser.parsers.layout.xycut import cut_order

Rect = tuple[float, float, float, float]
MARGIN = 0.08  # share of the page height in which headers and footers stand
MARGIN_CHARS = 150
PLAUSIBLE = 0.05  # share of pairs that may stand the wrong way round; a random order has a half
MAX_COMPARED = 400


class Placed(Protocol):
    """A block, a table or a picture: a box on the page, and a place in the stream."""

    @property
    def rect(self) -> Rect: ...
    @property
    def rank(self) -> int: ...
    @property
    def text(self) -> str: ...


Item = TypeVar("Item", bound=Placed)


def reading_order(items: Sequence[Item], height: float) -> list[Item]:
    """Every item once. What stands in the top margin comes first, what stands in the bottom margin last."""
    top, middle, bottom = [], [], []
    for item in sorted(items, key=lambda item: item.rank):
        (top if _in_top(item, height) else bottom if _in_bottom(item, height) else middle).append(item)
    body = middle if is_plausible([item.rect for item in middle]) else cut_order(middle)
    return [*sorted(top, key=_by_row), *body, *sorted(bottom, key=_by_row)]


def _in_top(item: Placed, height: float) -> bool:
    return item.rect[3] <= MARGIN * height and len(item.text) <= MARGIN_CHARS


def _in_bottom(item: Placed, height: float) -> bool:
    return item.rect[1] >= (1 - MARGIN) * height and len(item.text) <= MARGIN_CHARS


def _by_row(item: Placed) -> tuple[float, float]:
    x0, y0, _, y1 = item.rect
    return round((y0 + y1) / 2 / 6), x0


def is_plausible(boxes: Sequence[Rect]) -> bool:
    """Whether boxes are read downwards where they stand above one another, and to the right where they are level."""
    pairs = wrong = 0
    for i, a in enumerate(boxes[:MAX_COMPARED]):
        for b in boxes[i + 1 : MAX_COMPARED]:
            verdict = _comes_first(a, b)
            pairs += verdict != 0
            wrong += verdict < 0
    return wrong <= PLAUSIBLE * pairs


def _comes_first(a: Rect, b: Rect) -> int:
    """1 when a must come before b, -1 when after, 0 when their places do not tell."""
    shared_x = min(a[2], b[2]) - max(a[0], b[0])
    shared_y = min(a[3], b[3]) - max(a[1], b[1])
    if shared_x > 0.3 * min(a[2] - a[0], b[2] - b[0]):
        if shared_y > 0.3 * min(a[3] - a[1], b[3] - b[1]):
            return 0
        return 1 if a[1] < b[1] else -1
    if shared_x <= 0 and shared_y > 0.5 * min(a[3] - a[1], b[3] - b[1]):
        return 1 if a[0] < b[0] else -1
    return 0
