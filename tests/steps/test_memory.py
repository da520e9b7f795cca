"""A long document takes no more memory than a short one: merge holds a page, not the document.

`benchmarks/memory.py` measures the other steps too; here one is enough to notice who keeps pages.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.memory import KEY, make_document, measure
from pdf_parser.domain import layout
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.storage.folder import FolderStore

PAGES = 2500
LIMIT_MB = 300  # the pages alone would take 200 MB on top of the 176 MB that the splitter's vocabulary needs


def test_merging_2500_pages_stays_under_300_mb(tmp_path: Path) -> None:
    make_document(tmp_path, PAGES)
    assert measure("merge", tmp_path, PAGES).peak_mb < LIMIT_MB
    summary = MergeSummary.model_validate_json(FolderStore(tmp_path).get(layout.summary(KEY)))
    assert (summary.pages.ok, summary.tables) == (PAGES, PAGES // 2)
