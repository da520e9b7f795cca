"""Text that does not stand upright is turned until it does, read, and its boxes are turned back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pdf_parser.parsers.layout.content import LinkArea, PageContent, Region, Rule, Word

Rect = tuple[float, float, float, float]


@dataclass(frozen=True)
class Turn:
    """A turn of the page by `quarters` times 90 degrees counter-clockwise. `width`, `height`: before the turn."""

    quarters: int
    width: float
    height: float

    def box(self, rect: Rect) -> Rect:
        x0, y0, x1, y1 = rect
        if self.quarters == 1:
            return y0, self.width - x1, y1, self.width - x0
        if self.quarters == 2:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.quarters == 3:
            return self.height - y1, x0, self.height - y0, x1
        return rect

    @property
    def back(self) -> Turn:
        width, height = self.size
        return Turn(-self.quarters % 4, width, height)

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)


def quarters_of(word: Word) -> int:
    """How many quarter turns counter-clockwise bring a word upright; skewed text goes with the nearest."""
    return round(word.angle / 90) % 4


def main_turn(words: Sequence[Word]) -> int:
    """The turn that brings most characters upright."""
    chars: Counter[int] = Counter()
    for word in words:
        chars[quarters_of(word)] += len(word.text)
    return max(chars, key=lambda quarters: (chars[quarters], -quarters)) if chars else 0


def turn_words(words: Sequence[Word], turn: Turn) -> list[Word]:
    if not turn.quarters:
        return list(words)
    return [replace(word, angle=(word.angle - 90 * turn.quarters) % 360) for word in _turned(words, turn)]


def turn_content(content: PageContent, turn: Turn) -> PageContent:
    """The same things on a page turned upright, in the same order."""
    if not turn.quarters:
        return content
    width, height = turn.size
    return replace(
        content,
        width=width,
        height=height,
        words=turn_words(content.words, turn),
        rules=_turned(content.rules, turn),
        pictures=_turned(content.pictures, turn),
        boxes=_turned(content.boxes, turn),
        strokes=_turned(content.strokes, turn),
        figures=_turned(content.figures, turn),
        links=_turned(content.links, turn),
    )


Thing = TypeVar("Thing", Word, Rule, Region, LinkArea)


def _turned(things: Sequence[Thing], turn: Turn) -> list[Thing]:
    out = []
    for thing in things:
        x0, y0, x1, y1 = turn.box((thing.x0, thing.y0, thing.x1, thing.y1))
        out.append(replace(thing, x0=x0, y0=y0, x1=x1, y1=y1))
    return out
