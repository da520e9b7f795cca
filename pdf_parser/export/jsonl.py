"""JSON lines: document.jsonl has one for each block, pages.jsonl one for each page, chunks.jsonl one for each chunk."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Block, BlockKind, Link, Page
from pdf_parser.domain.ledger import PageRecord
from pdf_parser.export.json_text import Box, box, json_line


class BlockRow(Model):
    """A row of document.jsonl: one block, in reading order.

    `bbox` is [x0, y0, x1, y1] in points, origin top-left, y down, after the page's rotation. What a table says is in
    its own file, by `table_id`, its `text` only what stands in no cell: the dots that lead through it. `text` of a
    picture is its labels, `figure` names its image.
    """

    id: str
    kind: BlockKind
    page: PositiveInt
    bbox: Box
    text: str
    level: int | None
    heading_path: tuple[str, ...]
    marker: str | None
    table_id: str | None
    figure: str | None
    links: tuple[Link, ...]
    parser: str
    confidence: float | None


def block_lines(page: Page) -> Iterator[str]:
    """Every block of the page, page headers and footers too."""
    return (json_line(_row(block)) for block in page.blocks)


def ledger_line(record: PageRecord) -> str:
    return json_line(record)


def chunk_line(chunk: Chunk) -> str:
    return json_line(chunk)


def _row(block: Block) -> BlockRow:
    return BlockRow(
        id=block.id,
        kind=block.kind,
        page=block.page,
        bbox=box(block.bbox),
        text=block.text,
        level=block.level,
        heading_path=block.heading_path,
        marker=block.marker,
        table_id=block.table_id,
        figure=block.figure,
        links=block.links,
        parser=block.parser,
        confidence=block.confidence,
    )
