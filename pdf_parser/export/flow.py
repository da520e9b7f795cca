"""What of a page readers see, in reading order: page headers and footers stay out, every table comes once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.table import Table
from pdf_parser.export.text import one_line

_LEFT_OUT = (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER)


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """`caption` is empty when a caption block says it; `block_id` is None for a table that no block points to."""

    table: Table
    caption: str
    block_id: str | None = None


FlowItem: TypeAlias = Block | PlacedTable


def flow(page: Page) -> Iterator[FlowItem]:
    """Blocks with text or an image, and tables where their block stands; a table without a block comes last."""
    tables = {t.id: t for t in page.tables}
    said = {one_line(b.text) for b in page.blocks if b.kind is BlockKind.CAPTION}
    for block in page.blocks:
        table = tables.pop(block.table_id or "", None) if block.kind is BlockKind.TABLE else None
        if table is not None:
            yield _place(table, said, block.id)
        elif block.kind not in _LEFT_OUT and (block.text.strip() or block.figure):
            yield block
    for table in tables.values():
        yield _place(table, said)


def _place(table: Table, said: set[str], block_id: str | None = None) -> PlacedTable:
    caption = one_line(table.caption or "")
    return PlacedTable(table, "" if caption in said else caption, block_id)
