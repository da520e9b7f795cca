"""Lines of a picture put in the order in which a writer would have written them: down each column.

Engines give lines row by row over the whole page, so that the lines of two columns alternate. The layout code takes
what follows itself on one baseline for one line; it needs a stream that goes down a column before it goes to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.xycut import cut_order
from pdf_parser.parsers.ocr.sizes import InkLine

SAME_COLUMN = 0.5  # share of the narrower line that lies below the other
LINE_PITCH = 1.3  # in font sizes: more white below a line ends its chain
SAME_SIZE = 0.25
STRANGER = 0.3  # share of a line's height that stands in another's box


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
    by_top = sorted(lines, key=lambda line: line.y0)
    free = {id(line): line for line in by_top}
    chains = []
    while free:
        chain = [free.pop(next(iter(free)))]
        while (follower := _follower(chain, by_top)) is not None and id(follower) in free:
            chain.append(free.pop(id(follower)))
        chains.append(Chain(tuple(chain), scale))
    return chains


def _follower(chain: Sequence[InkLine], by_top: Sequence[InkLine]) -> InkLine | None:
    """The line that goes on with a chain: right below it, in type of its size, with no stranger beside the two."""
    last = chain[-1]
    for line in by_top:
        if line.y0 > last.y1 + LINE_PITCH * last.size:
            return None
        if line.y0 > last.y0 + last.size / 2 and _overlap(last, line) >= SAME_COLUMN * _narrower(last, line):
            return line if _same_size(last, line) and not _encloses_others([*chain, line], by_top) else None
    return None


def _encloses_others(chain: Sequence[InkLine], lines: Sequence[InkLine]) -> bool:
    """Whether another line stands in the box of a chain: then that is more than one column wide."""
    x0, x1 = min(line.x0 for line in chain), max(line.x1 for line in chain)
    y0, y1 = chain[0].y0, chain[-1].y1
    members = {id(line) for line in chain}
    return any(
        id(line) not in members
        and line.x0 < x1
        and line.x1 > x0
        and min(line.y1, y1) - max(line.y0, y0) > STRANGER * (line.y1 - line.y0)
        for line in lines
    )


def _overlap(a: InkLine, b: InkLine) -> float:
    return min(a.x1, b.x1) - max(a.x0, b.x0)


def _narrower(a: InkLine, b: InkLine) -> float:
    return min(a.x1 - a.x0, b.x1 - b.x0)


def _same_size(a: InkLine, b: InkLine) -> bool:
    return abs(a.size - b.size) <= SAME_SIZE * max(a.size, b.size)
