"""What a block is, as far as its own page tells: footnotes, and how deep a list item is nested."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.layout.textblock import Other, TextBlock

FOOTNOTE_AREA = 0.5  # share of the page height below which a footnote may begin
FOOTNOTE_SIZE = 0.93  # against the size of the page's text
PAGE_NUMBER_AREA, PAGE_NUMBER_CHARS = 0.92, 60  # "46 | On parsing" at the foot of a page is no footnote
INDENT = 0.8  # in font sizes: list items further to the right are one level deeper
_NOTE_MARK = re.compile(r"^(\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡§¶]+|[a-z](?=\s))\s*[.)]?\s*\S")


def name_kinds(items: list[TextBlock | Other], height: float) -> list[TextBlock | Other]:
    """The same items in the same order."""
    blocks = [item for item in items if isinstance(item, TextBlock)]
    _name_footnotes(blocks, height)
    _nest_items(blocks)
    return items


def _name_footnotes(blocks: Sequence[TextBlock], height: float) -> None:
    sizes = [block.style.size for block in blocks for _ in range(1 + len(block.text) // 50)]
    if not sizes:
        return
    usual = median(sizes)
    for block in blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and block.rect[1] > FOOTNOTE_AREA * height:
            small = block.style.size <= FOOTNOTE_SIZE * usual
            in_margin = block.rect[1] > PAGE_NUMBER_AREA * height and len(block.text) < PAGE_NUMBER_CHARS
            whole = f"{block.marker or ''} {block.text}".strip()
            if (
                small
                and not in_margin
                and len(whole) > 15
                and _NOTE_MARK.match(whole)
                and not _text_below(block, blocks, usual)
            ):
                block.kind, block.marker = BlockKind.FOOTNOTE, None
                del block.joined


def _text_below(block: TextBlock, blocks: Sequence[TextBlock], usual: float) -> bool:
    """Whether text of the usual size follows in the same column."""
    x0, _, x1, y1 = block.rect
    return any(
        other.rect[1] >= y1 - 1
        and other.rect[0] < x1
        and other.rect[2] > x0
        and other.style.size > FOOTNOTE_SIZE * usual
        and len(other.text) > 60
        for other in blocks
    )


def _nest_items(blocks: Sequence[TextBlock]) -> None:
    """Depth 1, 2, … by indentation within a run of list items."""
    lefts: list[float] = []
    for block in blocks:
        if block.kind is not BlockKind.LIST_ITEM:
            if block.kind is BlockKind.PARAGRAPH and lefts and block.rect[0] > lefts[-1] + 2:
                continue  # a second paragraph of the item
            lefts = []
            continue
        left, step = block.rect[0], INDENT * block.style.size
        while lefts and left < lefts[-1] - step:
            lefts.pop()
        if not lefts or left > lefts[-1] + step:
            lefts.append(left)
        block.depth = len(lefts)
