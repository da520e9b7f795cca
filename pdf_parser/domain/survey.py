"""What can only be known from all pages together: the body type, the ranks of headings, the running headers.

`Survey` is a fold over pages with small memory; it is read when each page gets its final form (`merge.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from pdf_parser.domain.document import Page
from pdf_parser.domain.headings import (
    LARGE,
    SAME_SIZE,
    Body,
    HeadingStyle,
    heading_style,
    heading_text,
    numbering_depth,
    stands_out,
)
from pdf_parser.domain.running import MarginPlace, margin_places

RUNNING_PAGES = 3
SLOT_SHARE = 0.4  # of the pages: where something stands in so many margins at one height, it is a running header
SLOT_SIZE = 1.1  # against the body; the titles of slides stand at one height too, but are larger


@dataclass
class Survey:
    """Counts over all pages seen so far. Ask only when all pages were added."""

    pages: int = 0
    chars_by_size: Counter[float] = field(default_factory=Counter)
    bold_chars: int = 0
    titles: Counter[tuple[HeadingStyle, int]] = field(default_factory=Counter)
    running: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)

    def add(self, page: Page) -> None:
        self.pages += 1
        for block in page.blocks:
            if block.style is not None:
                self.chars_by_size[round(block.style.size * 2) / 2] += len(block.text)
                self.bold_chars += len(block.text) * block.style.bold
            style = heading_style(block)
            if style is not None:
                self.titles[style, numbering_depth(heading_text(block))] += 1
        places = list(margin_places(page))
        self.running.update({place.key for place in places})
        self.slots.update({place.slots[1] for place in places if place.slots})

    @cached_property
    def body(self) -> Body:
        """The middle of all characters by size: robust against a few large or many slightly different sizes."""
        total = self.chars_by_size.total()
        seen = 0
        for size in sorted(self.chars_by_size):
            seen += self.chars_by_size[size]
            if 2 * seen >= total > 0:
                return Body(size, bold=2 * self.bold_chars > total)
        return Body(0.0, bold=False)

    @cached_property
    def ranks(self) -> list[HeadingStyle]:
        """Styles of headings, the greatest first; of styles with nearly one size the first stands for all."""
        ranks: list[HeadingStyle] = []
        titles = {style for style, _ in self.titles if stands_out(style, "Title", self.body)}
        for style in sorted(titles, reverse=True):
            if not any(self.is_same_rank(style, other) for other in ranks):
                ranks.append(style)
        return ranks

    @cached_property
    def depths(self) -> dict[HeadingStyle, int]:
        """By rank: the least depth of numbering among its headings, where there are several depths in one style."""
        least: dict[HeadingStyle, int] = {}
        for style, depth in self.titles:
            rank = next((rank for rank in self.ranks if self.is_same_rank(style, rank)), None)
            if rank is not None and depth:
                least[rank] = min(depth, least.get(rank, depth))
        return least

    def level(self, style: HeadingStyle, depth: int) -> int:
        """1 for the greatest rank; a number one step deeper ("2.1" beside "2") is one level lower in the same style."""
        for level, rank in enumerate(self.ranks, start=1):
            if self.is_same_rank(style, rank):
                return level + (max(0, depth - self.depths[rank]) if depth and rank in self.depths else 0)
        return 1

    def is_running(self, place: MarginPlace) -> bool:
        """A text that comes back on a tenth of the pages, or any text where most pages have a header or footer."""
        if self.running[place.key] >= max(RUNNING_PAGES, self.pages / 10):
            return True
        if place.size > SLOT_SIZE * self.body.size:
            return False
        return sum(self.slots[slot] for slot in place.slots) >= max(RUNNING_PAGES, SLOT_SHARE * self.pages)

    def is_same_rank(self, a: HeadingStyle, b: HeadingStyle) -> bool:
        """Sizes count first; weight and capitals tell apart what is hardly larger than the body."""
        if abs(a.size - b.size) > SAME_SIZE * max(a.size, b.size):
            return False
        return min(a.size, b.size) >= LARGE * self.body.size or (a.bold == b.bold and a.caps == b.caps)
