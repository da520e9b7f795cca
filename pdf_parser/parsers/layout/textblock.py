"""Lines that belong together: their text, style and place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from pdf_parser.domain.document import BlockKind, TextStyle
from pdf_parser.parsers.layout.content import Line
from pdf_parser.parsers.layout.joining import Span, join_words

WHOLLY_BOLD = 0.85  # share of the characters; a bold word in the text does not make a title of it
Rect = tuple[float, float, float, float]


class Ranked(Protocol):
    @property
    def rank(self) -> int: ...


Other = TypeVar("Other", bound=Ranked)


@dataclass
class TextBlock:
    """Lines that belong together, not yet bound to a page. Not to be changed once it is read."""

    kind: BlockKind
    lines: list[Line]
    marker: str | None = None
    box: Rect | None = None
    depth: int | None = None

    @cached_property
    def joined(self) -> tuple[str, list[Span]]:
        """Text without the marker, and the words with their offsets in it."""
        text, spans = join_words(self.lines)
        if not self.marker:
            return text, spans
        rest = text[len(self.marker) :].lstrip()
        cut = len(text) - len(rest)
        return rest, [(w, max(0, a - cut), b - cut) for w, a, b in spans if b > cut]

    @property
    def text(self) -> str:
        return self.joined[0]

    @cached_property
    def style(self) -> TextStyle:
        weights: Counter[tuple[float, bool, bool, str]] = Counter()
        for line in self.lines:
            for w in line.words:
                weights[(round(w.size, 1), w.bold, w.italic, w.font)] += len(w.text)
        size, _, italic, font = weights.most_common(1)[0][0]
        bold = sum(n for key, n in weights.items() if key[1]) >= WHOLLY_BOLD * weights.total()
        if len(self.lines) <= 2:  # small capitals are written as capitals of two sizes
            total = weights.total()
            size = max(s for s in {key[0] for key in weights} if s <= size or _share(weights, s) >= 0.25 * total)
        return TextStyle(size=size, bold=bold, italic=italic, font=font)

    @cached_property
    def rect(self) -> Rect:
        if self.box is not None:
            return self.box
        lines = self.lines
        return min(n.x0 for n in lines), min(n.y0 for n in lines), max(n.x1 for n in lines), max(n.y1 for n in lines)

    @property
    def rank(self) -> int:
        return min(line.rank for line in self.lines)

    @property
    def trace(self) -> list[tuple[int, Rect]]:
        if self.box is not None:  # turned text: its lines lie in another frame
            return [(self.rank, self.box)]
        return [(line.rank, (line.x0, line.y0, line.x1, line.y1)) for line in self.lines]


def _share(weights: Counter[tuple[float, bool, bool, str]], size: float) -> int:
    return sum(count for key, count in weights.items() if key[0] == size)
