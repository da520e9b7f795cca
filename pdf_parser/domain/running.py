"""Running headers and footers: short texts in the margin that come back from page to page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pdf_parser.domain.document import Block, BlockKind, Page

MARGIN = 0.12  # share of the page height in which running headers and footers stand
MAX_CHARS = 200
KEY_CHARS = 60
SLOT_MARGIN = 0.1  # share of the page height; the body begins below on most pages
SLOT_APART = 1.5  # in font sizes: so much white parts a header from the body, but no first line from the second
SLOT_HEIGHT = 3.0  # points
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]+$")


@dataclass(frozen=True)
class MarginPlace:
    """`key` is equal for the same running header on different pages: page numbers count as equal.

    `slots` are the height on the page with its two neighbours, for headers whose text changes from chapter to chapter;
    empty for what may well be a line of the body.
    """

    side: str
    key: str
    slots: tuple[str, ...]
    size: float


def margin_places(page: Page) -> Iterator[MarginPlace]:
    for block in page.blocks:
        if (place := margin_place(block, page)) is not None:
            yield place


def margin_place(block: Block, page: Page) -> MarginPlace | None:
    """None outside the margins."""
    if block.kind is BlockKind.TABLE or not block.text.strip() or len(block.text) > MAX_CHARS:
        return None
    if block.bbox.y1 <= MARGIN * page.height:
        side, height = "top", block.bbox.y0
    elif block.bbox.y0 >= (1 - MARGIN) * page.height:
        side, height = "bottom", block.bbox.y1
    else:
        return None
    size = block.style.size if block.style else 0.0
    step = round(height / SLOT_HEIGHT)
    slots = tuple(f"{side}:{round(size)}:{at}" for at in (step - 1, step, step + 1))
    text = _DIGITS.sub("#", f"{block.marker or ''} {block.text}".strip().lower())
    key = f"{side}:{round(size)}:{_ROMAN.sub('#', text)[:KEY_CHARS]}"
    return MarginPlace(side, key, slots if _stands_apart(block, page) else (), size)


def _stands_apart(block: Block, page: Page) -> bool:
    """Whether white parts it from the body, as it does a header or footer."""
    box, white = block.bbox, SLOT_APART * (block.style.size if block.style else block.bbox.height)
    if SLOT_MARGIN * page.height < box.y1 and box.y0 < (1 - SLOT_MARGIN) * page.height:
        return False
    others = [b.bbox for b in page.blocks if b.id != block.id and min(b.bbox.x1, box.x1) > max(b.bbox.x0, box.x0)]
    return not any(other.y0 - white < box.y1 and other.y1 + white > box.y0 for other in others)
