"""The manifest of a finished result. Written last: its existence means done."""

from __future__ import annotations

from datetime import datetime

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.options import ParseOptions


class ResultFile(Model):
    """`name` inside the result folder, e.g. "tables/0001.csv"."""

    name: str
    size_bytes: NonNegativeInt
    sha256: str


class ResultManifest(Model):
    """`pages_by_parser` counts pages; `timings_s` holds seconds per step name."""

    schema_version: PositiveInt
    task_id: str
    sha256: str
    fingerprint: str
    options: ParseOptions
    page_count: PositiveInt
    pages: PageCounts
    pages_by_parser: dict[str, int]
    tables: NonNegativeInt
    chunks: NonNegativeInt
    partial: bool = False
    failed_pages: tuple[PositiveInt, ...] = ()
    files: tuple[ResultFile, ...]
    versions: dict[str, str]
    timings_s: dict[str, float]
    created_at: datetime

    def table_names(self) -> list[str]:
        """One per table, the form that keeps spans: "tables/0001.json"."""
        names = [f.name for f in self.files]
        return [n for n in names if n.startswith("tables/") and n.endswith(".json") and n != "tables/index.json"]
