"""citations.jsonl: from a place in document.md to the place on the page that it was read from."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.document import Block
from pdf_parser.export.json_text import Box, box, json_line
from pdf_parser.export.markdown import Span


class Citation(Model):
    """`text[start:end]` of document.md, counted in Unicode code points, is the Markdown of one block or table.

    `bbox` as in document.jsonl. A table that no block points to has a `table_id` only. Rows ascend and do not overlap.
    """

    start: NonNegativeInt
    end: NonNegativeInt
    page: PositiveInt
    bbox: Box
    block_id: str | None
    table_id: str | None


def citation_line(span: Span) -> str:
    item = span.item
    place = item if isinstance(item, Block) else item.table
    row = Citation(
        start=span.start,
        end=span.end,
        page=place.page,
        bbox=box(place.bbox),
        block_id=item.id if isinstance(item, Block) else item.block_id,
        table_id=item.table_id if isinstance(item, Block) else item.table.id,
    )
    return json_line(row)
