"""Running headers and footers: short texts in the margin that come back from page to page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pdf_parser.domain.document import Block, BlockKind, Page

MARGIN = 0.12  # share of the page height in which running headers and footers stand
MAX_CHARS = 200
KEY_CHARS = 60
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]+$")


def running_keys(page: Page) -> Iterator[str]:
    for block in page.blocks:
        if (key := running_key(block, page)) is not None:
            yield key


def running_key(block: Block, page: Page) -> str | None:
    """Equal for the same running header on different pages: page numbers count as equal. None outside the margins."""
    if block.kind is BlockKind.TABLE or not block.text.strip() or len(block.text) > MAX_CHARS:
        return None
    if block.bbox.y1 <= MARGIN * page.height:
        side = "top"
    elif block.bbox.y0 >= (1 - MARGIN) * page.height:
        side = "bottom"
    else:
        return None
    text = _DIGITS.sub("#", f"{block.marker or ''} {block.text}".strip().lower())
    size = round(block.style.size) if block.style else 0
    return f"{side}:{size}:{_ROMAN.sub('#', text)[:KEY_CHARS]}"
