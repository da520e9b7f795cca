"""A manifest as `upload` writes it at the end of a run."""

from __future__ import annotations

from datetime import datetime, timezone

from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultFile, ResultManifest

FILES = ("document.md", "tables/0001.csv", "tables/0001.json", "tables/0002.json", "tables/index.json")


def manifest_of(key: CacheKey, **changes: object) -> ResultManifest:
    facts: dict[str, object] = {
        "schema_version": 1,
        "task_id": "pdf-first",
        "sha256": key.sha256,
        "fingerprint": key.fingerprint,
        "options": ParseOptions(),
        "page_count": 3,
        "pages": PageCounts(total=3, done=3, ok=2, ocr=1),
        "pages_by_parser": {"pdfium": 3},
        "tables": 2,
        "chunks": 4,
        "files": tuple(ResultFile(name=name, size_bytes=1, sha256="c" * 64) for name in FILES),
        "versions": {},
        "timings_s": {},
        "created_at": datetime(2026, 1, 1, tzinfo=timezone.utc),
    }
    return ResultManifest(**(facts | changes))
