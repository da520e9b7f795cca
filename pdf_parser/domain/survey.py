"""What can only be known from all pages together: the body size, the ranks of headings, the running headers.

`Survey` is a fold over pages with small memory; it is read when each page gets its final form (`merge.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pdf_parser.domain.document import Block, BlockKind, Page

HEADING_RATIO = 1.15  # against the body size
HEADING_CHARS = 200
SAME_RANK = 0.04  # sizes closer than this share are one level
MARGIN = 0.12  # share of the page height in which running headers and footers stand
RUNNING_PAGES = 3
_DIGITS = re.compile(r"\d+")


@dataclass
class Survey:
    """Counts over all pages seen so far."""

    pages: int = 0
    chars_by_size: Counter[float] = field(default_factory=Counter)
    large_sizes: Counter[float] = field(default_factory=Counter)
    margins: Counter[str] = field(default_factory=Counter)

    def add(self, page: Page) -> None:
        self.pages += 1
        for block in page.blocks:
            if block.style is not None:
                self.chars_by_size[round(block.style.size * 2) / 2] += len(block.text)
                if len(block.text) <= HEADING_CHARS:
                    self.large_sizes[block.style.size] += 1
        self.margins.update(set(margin_keys(page)))

    @property
    def body_size(self) -> float:
        """The size that most characters are set in; 0 when no parser told sizes."""
        return self.chars_by_size.most_common(1)[0][0] if self.chars_by_size else 0.0

    def heading_sizes(self) -> list[float]:
        """Sizes of headings, largest first; their rank is the level."""
        ranks: list[float] = []
        smallest = HEADING_RATIO * self.body_size if self.body_size else float("inf")
        for size in sorted((s for s in self.large_sizes if s >= smallest), reverse=True):
            if not ranks or size < ranks[-1] * (1 - SAME_RANK):
                ranks.append(size)
        return ranks

    def is_running(self, key: str) -> bool:
        """A text that stands in the margin of at least three pages and of a tenth of them."""
        return self.margins[key] >= max(RUNNING_PAGES, self.pages / 10)


def margin_keys(page: Page) -> Iterator[str]:
    for block in page.blocks:
        if (key := margin_key(block, page)) is not None:
            yield key


def margin_key(block: Block, page: Page) -> str | None:
    """Equal for the same running header on different pages: page numbers count as equal. None outside the margins."""
    if block.kind is BlockKind.TABLE or len(block.text) > HEADING_CHARS:
        return None
    if block.bbox.y1 <= MARGIN * page.height:
        side = "top"
    elif block.bbox.y0 >= (1 - MARGIN) * page.height:
        side = "bottom"
    else:
        return None
    return f"{side}:{_DIGITS.sub('#', block.text.strip().lower())}"
