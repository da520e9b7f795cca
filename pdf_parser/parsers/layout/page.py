"""From what is on a page to the finished Page. The same for the text layer and for words that OCR has read."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.domain.document import Block, BlockKind, Page, block_id, table_id
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.table import Table
from pdf_parser.parsers.layout.blocks import TextBlock, group_blocks
from pdf_parser.parsers.layout.content import PageContent, box_around
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.tables.find import find_tables

NO_TEXT = "the page has no text layer; it needs OCR"


def build_page(content: PageContent, profile: PageProfile, parser: str, version: str) -> Page:
    """Blocks in reading order and tables. Without any text: blank when nothing speaks against it, else failed."""
    found = find_tables(content)
    tables = tuple(
        table.to_table(content, table_id(profile.page, i), profile.page, parser)
        for i, table in enumerate(found, start=1)
    )
    taken = frozenset(i for table in found for i in table.words)
    words = [word for i, word in enumerate(content.words) if i not in taken]
    blocks = _with_tables(_blocks(content, group_blocks(group_lines(words)), profile.page, parser), tables)
    return Page(
        page=profile.page,
        width=content.width,
        height=content.height,
        rotation=profile.rotation,
        blocks=blocks,
        tables=tables,
        record=_record(profile, blocks, tables, parser, version),
    )


def _blocks(content: PageContent, found: Sequence[TextBlock], page: int, parser: str) -> tuple[Block, ...]:
    return tuple(
        Block(
            id=block_id(page, i),
            kind=block.kind,
            page=page,
            bbox=box_around(block.lines, content.width, content.height),
            text=block.text,
            marker=block.marker,
            style=block.style,
            parser=parser,
        )
        for i, block in enumerate(found, start=1)
    )


def _with_tables(texts: Sequence[Block], tables: Sequence[Table]) -> tuple[Block, ...]:
    """Each table before the first text that begins below its top and beside which it stands."""
    blocks = list(texts)
    for table in tables:
        block = Block(
            id=table.id, kind=BlockKind.TABLE, page=table.page, bbox=table.bbox, table_id=table.id, parser=table.parser
        )
        places = (i for i, b in enumerate(blocks) if b.bbox.y0 >= table.bbox.y0 and b.bbox.x0 < table.bbox.x1)
        blocks.insert(next(places, len(blocks)), block)
    return tuple(b.model_copy(update={"id": block_id(b.page, i)}) for i, b in enumerate(blocks, start=1))


def _record(
    profile: PageProfile, blocks: Sequence[Block], tables: Sequence[Table], parser: str, version: str
) -> PageRecord:
    status, reason = PageStatus.OK, None
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
        chars=sum(len(b.text) for b in blocks) + sum(len(c.text) for t in tables for c in t.cells),
        reason=reason,
    )
