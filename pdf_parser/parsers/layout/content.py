"""What a page is made of before anyone has understood it. Units: points, origin top-left, y down."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(slots=True)
class Word:
    """Characters set in one font without white space. `space_before`: white space stands between it and the one before.

    `size` is the font size as seen on the page; `angle` in whole degrees, clockwise as seen.
    `rank` is its place in `PageContent.words`; `build_page` sets it.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    italic: bool = False
    font: str = ""
    space_before: bool = True
    angle: int = 0
    rank: int = 0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass
class Line:
    """Words that are read together, left to right. Not to be changed once it is made."""

    words: list[Word]

    @cached_property
    def x0(self) -> float:
        return min(w.x0 for w in self.words)

    @cached_property
    def x1(self) -> float:
        return max(w.x1 for w in self.words)

    @cached_property
    def y0(self) -> float:
        return min(w.y0 for w in self.words)

    @cached_property
    def y1(self) -> float:
        return max(w.y1 for w in self.words)

    @cached_property
    def size(self) -> float:
        """Font size of most characters."""
        weights: dict[float, int] = {}
        for w in self.words:
            weights[w.size] = weights.get(w.size, 0) + len(w.text)
        return max(weights, key=lambda size: weights[size])

    @cached_property
    def text(self) -> str:
        return "".join((" " if i and w.space_before else "") + w.text for i, w in enumerate(self.words))

    @cached_property
    def rank(self) -> int:
        return min(w.rank for w in self.words)

    @cached_property
    def is_bold(self) -> bool:
        return all(w.bold for w in self.words if any(c.isalnum() for c in w.text))

    @cached_property
    def is_italic(self) -> bool:
        return all(w.italic for w in self.words if any(c.isalnum() for c in w.text))


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke, or a filled box so thin that it looks like one; horizontal or vertical."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.0

    @property
    def is_horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Region:
    """A picture, a shaded box or a stroke. `grey` 0 (black) to 1 (white) for boxes, None for others."""

    x0: float
    y0: float
    x1: float
    y1: float
    grey: float | None = None
    is_curved: bool = False


@dataclass(frozen=True, slots=True)
class LinkArea:
    """Where on the page a click leads to a URI."""

    x0: float
    y0: float
    x1: float
    y1: float
    uri: str


@dataclass(slots=True)
class PageContent:
    """`words` in the order in which they were found (for a text layer, that of the content stream).

    `note` says what was left out, if something was: it goes into the page's ledger row.
    """

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Region] = field(default_factory=list)
    boxes: list[Region] = field(default_factory=list)
    links: list[LinkArea] = field(default_factory=list)
    note: str | None = None
    strokes: list[Region] = field(default_factory=list)  # curves and slanted lines: what figures are drawn with
    figures: list[Region] = field(default_factory=list)  # where the layout model, if it was asked, sees figures
