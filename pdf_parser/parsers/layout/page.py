"""From what is on a page to the finished Page. The same for the text layer and for words that OCR has read."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.domain.document import Block, Page, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.table import Table
from pdf_parser.parsers.layout.blocks import TextBlock, group_blocks
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.kinds import name_kinds
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.links import find_links
from pdf_parser.parsers.layout.order import reading_order
from pdf_parser.parsers.layout.turn import Turn, main_turn, quarters_of, turn_content, turn_words

NO_TEXT = "the page has no text layer; it needs OCR"


def build_page(content: PageContent, profile: PageProfile, parser: str, version: str) -> Page:
    """Blocks in reading order and tables. Without any text: blank when nothing speaks against it, else failed."""
    for rank, word in enumerate(content.words):
        word.rank = rank
    turn = Turn(main_turn(content.words), content.width, content.height)
    upright = turn_content(content, turn)
    tables: tuple[Table, ...] = ()
    texts = text_blocks(upright, upright.words)
    found = name_kinds(reading_order(texts, upright.height), upright.height)
    blocks = tuple(
        _block(block, block_id(profile.page, i), profile.page, upright, turn, parser)
        for i, block in enumerate(found, start=1)
    )
    return Page(
        page=profile.page,
        width=content.width,
        height=content.height,
        rotation=profile.rotation,
        blocks=blocks,
        tables=tables,
        record=_record(profile, blocks, parser, version, content.note),
    )


def text_blocks(content: PageContent, words: Sequence[Word]) -> list[TextBlock]:
    """Blocks of all the words; those that stand across the page are read by themselves and keep their place on it."""
    blocks = []
    for quarters in sorted({quarters_of(word) for word in words}):
        turn = Turn(quarters, content.width, content.height)
        turned = turn_words([word for word in words if quarters_of(word) == quarters], turn)
        for block in group_blocks(group_lines(turned)):
            if quarters:
                block.box = turn.back.box(block.rect)
            blocks.append(block)
    return blocks


def _block(found: TextBlock, id: str, page: int, content: PageContent, turn: Turn, parser: str) -> Block:
    x0, y0, x1, y1 = turn.back.box(found.box or found.rect)
    width, height = turn.width, turn.height
    text, spans = found.joined
    return Block(
        id=id,
        kind=found.kind,
        page=page,
        bbox=BBox(x0=x0, y0=y0, x1=x1, y1=y1).clip(width, height),
        text=text,
        level=found.depth,
        marker=found.marker,
        links=find_links(spans, content.links),
        style=found.style,
        parser=parser,
    )


def _record(profile: PageProfile, blocks: Sequence[Block], parser: str, version: str, note: str | None) -> PageRecord:
    status, reason = PageStatus.OK, note
    if not blocks:
        is_blank = profile.kind is PageKind.BLANK and profile.note is None
        status = PageStatus.BLANK if is_blank else PageStatus.FAILED
        reason = None if is_blank else profile.note or NO_TEXT
    return PageRecord(
        page=profile.page,
        kind=profile.kind,
        status=status,
        parser=parser,
        parser_version=version,
        chars=sum(len(b.text) for b in blocks),
        reason=reason,
    )
