"""JSON lines: document.jsonl has one for each block, pages.jsonl one for each page, chunks.jsonl one for each chunk."""

from __future__ import annotations

from collections.abc import Iterator

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.ledger import PageRecord
from pdf_parser.export.json_text import box, json_text


def block_lines(page: Page) -> Iterator[str]:
    """Every block of the page, page headers and footers too. What a table says is in its own file, by `table_id`."""
    return (_line(_block(block)) for block in page.blocks)


def ledger_line(record: PageRecord) -> str:
    return _line(record.model_dump(mode="json"))


def chunk_line(chunk: Chunk) -> str:
    return _line(chunk.model_dump(mode="json"))


def _line(value: object) -> str:
    return json_text(value) + "\n"


def _block(block: Block) -> dict[str, object]:
    return {
        "id": block.id,
        "kind": block.kind.value,
        "page": block.page,
        "bbox": box(block.bbox),
        "text": block.text,
        "level": block.level,
        "heading_path": block.heading_path,
        "marker": block.marker,
        "table_id": block.table_id,
        "links": [link.model_dump() for link in block.links],
        "parser": block.parser,
        "confidence": block.confidence,
    }
