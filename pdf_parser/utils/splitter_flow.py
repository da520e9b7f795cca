"""What of a page is split, in reading order: blocks of text, and tables with their captions. No headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.table import Table

_LEFT_OUT = (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER)


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table where it stands in the text. `block_id` is empty for one that no block of the page points to."""

    table: Table
    caption: str = ""
    caption_block_id: str = ""
    block_id: str = ""
    path: tuple[str, ...] = ()


FlowItem: TypeAlias = Block | PlacedTable


def flow(page: Page) -> Iterator[FlowItem]:
    """Every table of the page that has text comes once, those without a block at the end."""
    tables = {t.id: t for t in page.tables}
    captions = _captions(page, tables)
    adopted = {caption.id for caption in captions.values()}
    for block in page.blocks:
        table = tables.pop(block.table_id or "", None) if block.kind is BlockKind.TABLE else None
        if table is not None:
            yield from _place(table, captions.get(block.id), block.id, block.heading_path)
        elif block.kind not in _LEFT_OUT and block.id not in adopted and block.text.strip():
            yield block
    path = page.blocks[-1].heading_path if page.blocks else ()
    for table in tables.values():
        yield from _place(table, None, "", path)


def _place(table: Table, caption: Block | None, block_id: str, path: tuple[str, ...]) -> Iterator[PlacedTable]:
    """Nothing for a table without any text."""
    text = _squeeze(caption.text if caption is not None else table.caption or "")
    if text or any(cell.text.strip() for cell in table.cells):
        yield PlacedTable(table, text, caption.id if caption is not None else "", block_id, path)


def _captions(page: Page, tables: dict[str, Table]) -> dict[str, Block]:
    """Caption by id of its table block: the one that the parser named, else one that stands right before the table."""
    by_text = {_squeeze(b.text): b for b in page.blocks if b.kind is BlockKind.CAPTION}
    found: dict[str, Block] = {}
    for before, block in zip((None, *page.blocks), page.blocks, strict=False):
        table = tables.get(block.table_id or "") if block.kind is BlockKind.TABLE else None
        if table is None:
            continue
        if table.caption:
            named = by_text.get(_squeeze(table.caption))
        else:
            named = before if before is not None and before.kind is BlockKind.CAPTION else None
        if named is not None:
            found[block.id] = named
    return found


def _squeeze(text: str) -> str:
    return " ".join(text.split())
