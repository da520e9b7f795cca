"""Pages become one document: headings get levels, running headers their name, every block its heading path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from pdf_parser.domain.document import Block, BlockKind, Link, Page
from pdf_parser.domain.headings import (
    LARGE,
    VERY_LARGE,
    heading_style,
    heading_text,
    is_lone_number,
    numbering_depth,
    stands_out,
)
from pdf_parser.domain.running import margin_place
from pdf_parser.domain.survey import Survey

MAX_LEVEL = 6
CELL_CHARS = 60
PAIR_GAP = 0.15  # of the page width: the left column of two reaches further than its headings do
BOLD_PAGE_BLOCKS = 6


def merge_pages(pages: Iterable[Page], survey: Survey) -> Iterator[Page]:
    """Pages must come in order; the heading path is carried from page to page."""
    path: list[tuple[int, str]] = []
    for page in pages:
        blocks = []
        for block in _with_chapter_numbers([_with_kind(block, page, survey) for block in page.blocks], survey):
            if block.kind is BlockKind.HEADING:
                level = block.level or 1
                path = [*(step for step in path if step[0] < level), (level, block.text)]
            blocks.append(block.model_copy(update={"heading_path": tuple(text for _, text in path)}))
        yield page.model_copy(update={"blocks": tuple(blocks)})


def _with_chapter_numbers(blocks: list[Block], survey: Survey) -> Iterator[Block]:
    """A large number right before a heading is a heading of the same level."""
    for block, following in zip_longest(blocks, blocks[1:]):
        titled = following is not None and following.kind is BlockKind.HEADING
        if titled and is_lone_number(block) and block.style and block.style.size >= LARGE * survey.body.size > 0:
            block = block.model_copy(update={"kind": BlockKind.HEADING, "level": following.level})
        yield block


def _with_kind(block: Block, page: Page, survey: Survey) -> Block:
    """Only what a parser left open is decided here: a paragraph or a list item, or the level of a heading."""
    if block.kind is BlockKind.HEADING and block.level is None:
        return block.model_copy(update={"level": _level(block, survey)})
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE):
        return block
    place = margin_place(block, page)
    if place is not None and survey.is_running(place):
        kind = BlockKind.PAGE_HEADER if place.side == "top" else BlockKind.PAGE_FOOTER
        return block.model_copy(update={"kind": kind, "text": heading_text(block), "marker": None, "level": None})
    return _as_heading(block, page, survey) or block


def _level(block: Block, survey: Survey) -> int:
    style = heading_style(block)
    return 1 if style is None else min(survey.level(style, numbering_depth(heading_text(block))), MAX_LEVEL)


def _as_heading(block: Block, page: Page, survey: Survey) -> Block | None:
    style, text = heading_style(block), heading_text(block)
    body = replace(survey.body, bold=survey.body.bold or _is_bold_page(page))
    if style is None or not stands_out(style, text, body):
        return None
    if not style.bold and style.size < VERY_LARGE * survey.body.size and margin_place(block, page) is not None:
        return None  # a line in the margin that is merely a little larger
    if style.size < VERY_LARGE * survey.body.size and (_is_in_row(block, page) or _is_in_pair(block, page)):
        return None
    level = min(survey.level(style, numbering_depth(text)), MAX_LEVEL)
    links = tuple(_moved(link, by=len(text) - len(block.text)) for link in block.links)
    return block.model_copy(
        update={"kind": BlockKind.HEADING, "level": level, "text": text, "marker": None, "links": links}
    )


def _is_bold_page(page: Page) -> bool:
    """A form or notice in bold type: there bold tells nothing."""
    bold = [len(b.text) for b in page.blocks if b.style and b.style.bold]
    return len(bold) >= BOLD_PAGE_BLOCKS and sum(bold) > sum(len(b.text) for b in page.blocks) / 2


def _is_in_row(block: Block, page: Page) -> bool:
    """Whether it stands level with two other short texts, as the head of a table does that was not seen as one."""
    level = 0
    for other in page.blocks:
        shared = min(block.bbox.y1, other.bbox.y1) - max(block.bbox.y0, other.bbox.y0)
        if shared > 0.5 * min(block.bbox.height, other.bbox.height) and other.id != block.id:
            level += len(other.text) <= CELL_CHARS
    return level >= 2


def _is_in_pair(block: Block, page: Page) -> bool:
    """Whether it is a label ("Date:") with its value at the right, or that value, as forms and letters have them."""
    return any(_is_label_of(block, other, page) or _is_label_of(other, block, page) for other in page.blocks)


def _is_label_of(label: Block, value: Block, page: Page) -> bool:
    """Both begin at one height and no further apart than the columns of a form; columns of text have longer lines."""
    text = label.text.rstrip()
    if not text.endswith((":", "\uff1a")) or len(text) > CELL_CHARS or not value.text.strip():
        return False
    is_level = abs(label.bbox.y0 - value.bbox.y0) <= 0.5 * label.bbox.height
    return is_level and 0 <= value.bbox.x0 - label.bbox.x1 <= PAIR_GAP * page.width


def _moved(link: Link, by: int) -> Link:
    return link.model_copy(update={"start": link.start + by, "end": link.end + by})
