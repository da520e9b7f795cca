"""The manifest of a finished result. Written last: its existence means done."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, NonNegativeInt, PositiveInt

from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.options import ParseOptions


class ResultFile(Model):
    """`name` inside the result folder, e.g. "tables/0001.csv"."""

    name: str
    size_bytes: NonNegativeInt
    sha256: str


class ResultManifest(Model):
    """What went in, what was done and what came out. Fields may be added, never changed.

    `sha256` and `source_size_bytes` are those of the PDF. `images` are the references that stand for parser versions
    and weights, `output` the settings that shape the files. `timings_s`: seconds per step, "parse-shard" over all
    shards; "parser" is the part of that spent on pages. `tried`: page tries in vain by "parser/outcome", e.g.
    "docling/out_of_memory". `gpu_memory_bytes`: most that one parser process has had in use at once.
    """

    schema_version: PositiveInt
    task_id: str
    sha256: str
    source_size_bytes: NonNegativeInt | None = None
    fingerprint: str
    options: ParseOptions
    images: dict[str, str] = Field(default_factory=dict)
    output: dict[str, object] = Field(default_factory=dict)
    chunking: Chunking | None = None
    page_count: PositiveInt
    pages: PageCounts
    pages_by_parser: dict[str, int]
    tried: dict[str, PositiveInt] = Field(default_factory=dict)
    gpu_memory_bytes: NonNegativeInt = 0
    tables: NonNegativeInt
    figures: NonNegativeInt = 0
    chunks: NonNegativeInt
    partial: bool = False
    failed_pages: tuple[PositiveInt, ...] = ()
    files: tuple[ResultFile, ...]
    versions: dict[str, str]
    timings_s: dict[str, float]
    created_at: datetime

    def table_names(self) -> list[str]:
        """One per table, the form that keeps spans: "tables/0001.json". Stitched wholes are not listed, only parts."""
        return [file.name for file in self.files if layout.is_table_json(file.name)]
