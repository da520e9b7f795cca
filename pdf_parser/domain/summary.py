"""What `merge` found, handed to `upload`, which makes the manifest of it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field, NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.ledger import PageCounts


@dataclass
class Written:
    """How much of each went into the document."""

    tables: int = 0
    figures: int = 0
    chunks: int = 0


class MergeSummary(Model):
    """`tried`: page tries in vain by "parser/outcome". `gpu_memory_bytes`: most that one process had in use at once."""

    page_count: PositiveInt
    pages: PageCounts
    pages_by_parser: dict[str, int]
    parser_versions: dict[str, str]
    failed_pages: tuple[PositiveInt, ...]
    tried: dict[str, PositiveInt] = Field(default_factory=dict)
    gpu_memory_bytes: NonNegativeInt = 0
    tables: NonNegativeInt
    figures: NonNegativeInt
    chunks: NonNegativeInt
    chunking: Chunking
    parse_ms: NonNegativeInt
