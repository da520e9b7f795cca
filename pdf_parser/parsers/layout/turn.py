"""Text that does not stand upright is turned until it does, read, and its boxes are turned back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    return [_turn_word(word, turn) for word in words]


def _turn_word(word: Word, turn: Turn) -> Word:
    x0, y0, x1, y1 = turn.box((word.x0, word.y0, word.x1, word.y1))
    return replace(word, x0=x0, y0=y0, x1=x1, y1=y1, angle=(word.angle - 90 * turn.quarters) % 360)


def turn_content(content: PageContent, turn: Turn) -> PageContent:
    if not turn.quarters:
        return content
    width, height = turn.size
    return PageContent(
        width,
        height,
        words=turn_words(content.words, turn),
        rules=[Rule(*turn.box((r.x0, r.y0, r.x1, r.y1)), r.width) for r in content.rules],
        pictures=[Region(*turn.box((p.x0, p.y0, p.x1, p.y1)), p.grey) for p in content.pictures],
        boxes=[Region(*turn.box((b.x0, b.y0, b.x1, b.y1)), b.grey) for b in content.boxes],
        links=[LinkArea(*turn.box((a.x0, a.y0, a.x1, a.y1)), a.uri) for a in content.links],
        note=content.note,
    )
