"""Lines of a picture put in the order in which a writer would have written them: down each column.

Engines give lines row by row over the whole page, so that the lines of two columns alternate. The layout code takes
what follows itself on one baseline for one line; it needs a stream that goes down a column before it goes to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.xycut import cut_order
from pdf_parser.parsers.ocr.sizes import InkLine

SAME_COLUMN = 0.5  # share of the narrower line that lies below the other
LINE_PITCH = 1.3  # in font sizes: more white below a line ends its chain
SAME_SIZE = 0.25


@dataclass(frozen=True)
class Chain:
    """Lines that go on below each other; `rect` in points, as the cuts want it."""

    lines: tuple[InkLine, ...]
    scale: float

    @property
    def rect(self) -> tuple[float, float, float, float]:
        return (
            min(line.x0 for line in self.lines) / self.scale,
            min(line.y0 for line in self.lines) / self.scale,
            max(line.x1 for line in self.lines) / self.scale,
            max(line.y1 for line in self.lines) / self.scale,
        )

    @property
    def text(self) -> str:
        return " ".join(word.text for line in self.lines for word in line.words)


def order_lines(lines: Sequence[InkLine], scale: float) -> list[InkLine]:
    """Every line once, column by column; `scale` in pixels a point."""
    return [line for chain in cut_order(_chains(lines, scale)) for line in chain.lines]


def _chains(lines: Sequence[InkLine], scale: float) -> list[Chain]:
    """Lines that stand right below each other, by where they begin."""
    above: dict[int, int] = {}
    below: dict[int, int] = {}
    by_top = sorted(range(len(lines)), key=lambda i: lines[i].y0)
    for place, i in enumerate(by_top):
        follower = next(_followers(lines, i, by_top[place + 1 :]), None)
        if follower is not None and follower not in above:
            above[follower], below[i] = i, follower
    heads = (i for i in by_top if i not in above)
    return [Chain(tuple(lines[i] for i in _chain(head, below)), scale) for head in heads]


def _followers(lines: Sequence[InkLine], index: int, lower: Sequence[int]) -> Iterator[int]:
    """The lines below that could go on with this one, the nearest first."""
    line = lines[index]
    for i in lower:
        other = lines[i]
        if other.y0 > line.y1 + LINE_PITCH * line.size:
            return
        if other.y0 > line.y0 + line.size / 2 and _in_one_column(line, other):
            yield i


def _in_one_column(a: InkLine, b: InkLine) -> bool:
    overlap = min(a.x1, b.x1) - max(a.x0, b.x0)
    narrower = min(a.x1 - a.x0, b.x1 - b.x0)
    return overlap >= SAME_COLUMN * narrower and abs(a.size - b.size) <= SAME_SIZE * max(a.size, b.size)


def _chain(head: int, below: dict[int, int]) -> Iterator[int]:
    at: int | None = head
    while at is not None:
        yield at
        at = below.get(at)
