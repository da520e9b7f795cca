"""The order in which blocks are read: that of the stream where it is plausible, else by columns and bands of white."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from pdf_parser.parsers.layout.xycut import cut_order

Rect = tuple[float, float, float, float]
MARGIN = 0.08  # share of the page height in which headers and footers stand
MARGIN_CHARS = 150
PLAUSIBLE = 0.05  # share of pairs that may stand the wrong way round; a random order has a half
MAX_COMPARED = 250
MAX_ITEMS = 1_500  # more are the labels of a map or a drawing: the stream is as good as any order
MANY_STEPS = 12  # so many steps from block to block do not all go well by chance
RETURNS = 2  # so often may the stream not go back from a column to the one at its left
PROSE_CHARS = 40
LEVEL = 6.0  # points


class Placed(Protocol):
    """A block, a table or a picture: a box on the page, and a place in the stream."""

    @property
    def rect(self) -> Rect: ...
    @property
    def rank(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def trace(self) -> Sequence[tuple[int, Rect]]:
        """Rank and box of its lines; a finer trace of the stream than the item itself."""


Item = TypeVar("Item", bound=Placed)


def reading_order(items: Sequence[Item], height: float) -> list[Item]:
    """Every item once. What stands in the top margin comes first, what stands in the bottom margin last."""
    top: list[Item] = []
    middle: list[Item] = []
    bottom: list[Item] = []
    for item in sorted(items, key=lambda item: item.rank):
        (top if _in_top(item, height) else bottom if _in_bottom(item, height) else middle).append(item)
    body = middle if len(middle) > MAX_ITEMS or is_plausible(middle) else cut_order(middle)
    return [*sorted(top, key=_by_row), *body, *sorted(bottom, key=_by_row)]


def _in_top(item: Placed, height: float) -> bool:
    return item.rect[3] <= MARGIN * height and len(item.text) <= MARGIN_CHARS


def _in_bottom(item: Placed, height: float) -> bool:
    return item.rect[1] >= (1 - MARGIN) * height and len(item.text) <= MARGIN_CHARS


def _by_row(item: Placed) -> tuple[float, float]:
    x0, y0, _, y1 = item.rect
    return round((y0 + y1) / 2 / LEVEL), x0


def is_plausible(items: Sequence[Placed]) -> bool:
    """Whether the items are read downwards in a column, to the right where they are level, and column by column."""
    if _goes_to_and_fro(items):
        return False
    steps = [step for step in _steps(items) if step]
    return (len(steps) >= MANY_STEPS and -1 not in steps) or _few_pairs_are_wrong([item.rect for item in items])


def _steps(items: Sequence[Placed]) -> Iterator[int]:
    """From each line to the next one in the stream, where they belong to different items."""
    lines = sorted((rank, i, box) for i, item in enumerate(items) for rank, box in item.trace)
    for (_, i, a), (_, j, b) in pairwise(lines):
        if i != j:
            yield _comes_first(a, b)


def _few_pairs_are_wrong(boxes: Sequence[Rect]) -> bool:
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


def _goes_to_and_fro(items: Sequence[Placed]) -> bool:
    """Whether two columns of prose are written by the height of their paragraphs, as some producers sort them.

    Rows of cards are not meant: there what stands side by side begins level.
    """
    prose = [item.rect for item in items if len(item.text) >= PROSE_CHARS]
    returns = 0
    for i, (a, b) in enumerate(pairwise(prose)):
        if b[2] <= a[0] + 2 and b[1] > a[1]:
            above = any(_in_column(c, b) for c in prose[: i + 1])
            below = [c for c in prose[i + 2 :] if _in_column(c, a)]
            returns += above and bool(below) and abs(below[0][1] - b[1]) > LEVEL and abs(a[1] - b[1]) > LEVEL
    return returns >= RETURNS


def _in_column(a: Rect, b: Rect) -> bool:
    width = min(a[2] - a[0], b[2] - b[0])
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 * width and max(a[2] - a[0], b[2] - b[0]) < 2.5 * width
