"""Counts over the ledger while pages go by: what the manifest and `/status` tell of a document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.ledger import PageRecord, PageStatus, count_pages
from pdf_parser.domain.summary import MergeSummary, Written


@dataclass
class Tally:
    """A fold over page records; memory grows with the number of pages by a few bytes each."""

    pages: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    statuses: Counter[PageStatus] = field(default_factory=Counter)
    parsers: Counter[str] = field(default_factory=Counter)
    versions: dict[str, str] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    device_memory_bytes: int = 0
    parse_ms: int = 0

    def add(self, record: PageRecord) -> None:
        self.pages.append(record.page)
        self.statuses[record.status] += 1
        self.tried.update(f"{attempt.parser}/{attempt.outcome.value}" for attempt in record.tried)
        self.device_memory_bytes = max(self.device_memory_bytes, record.device_memory_bytes)
        self.parse_ms += record.ms
        if record.status is PageStatus.FAILED:
            self.failed.append(record.page)
        else:
            self.parsers[record.parser] += 1
            self.versions[record.parser] = record.parser_version

    @property
    def failure_ratio(self) -> float:
        return len(self.failed) / len(self.pages) if self.pages else 0.0

    def summary(self, page_count: int, written: Written, chunking: Chunking) -> MergeSummary:
        return MergeSummary(
            page_count=page_count,
            pages=count_pages(self.statuses.elements(), total=len(self.pages)),
            pages_by_parser=dict(self.parsers),
            parser_versions=self.versions,
            failed_pages=tuple(self.failed),
            tried=dict(self.tried),
            gpu_memory_bytes=self.device_memory_bytes,
            tables=written.tables,
            figures=written.figures,
            chunks=written.chunks,
            chunking=chunking,
            parse_ms=self.parse_ms,
        )
