"""What `merge` found, handed to `upload`, which makes the manifest of it."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import PageCounts


class MergeSummary(Model):
    page_count: PositiveInt
    pages: PageCounts
    pages_by_parser: dict[str, int]
    parser_versions: dict[str, str]
    failed_pages: tuple[PositiveInt, ...]
    tables: NonNegativeInt
    chunks: NonNegativeInt
    parse_ms: NonNegativeInt
