"""merge, export-tables, upload: the ledger is complete or the run fails; the manifest comes last."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.document import Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import Attempt, Outcome, PageStatus
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.domain.table import Cell, Table
from pdf_parser.errors import StepOutputMissing, TooManyFailedPages
from pdf_parser.storage.folder import FolderStore
from steps import check_cache, export_tables, merge, upload
from steps.contracts import EXPRESS, WEIGHTS
from steps.entrypoint import Context
from steps.objects import put_model
from steps.stage import run_stage
from steps.timings import Timing
from tests.pdfs import long_table_pdf, simple_pdf


def parsed(
    context: Context, tmp_path: Path, pages: int = 1, data: bytes | None = None
) -> tuple[dict[str, str], CacheKey]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data or simple_pdf(pages))
    inputs = {"task-id": "t1", "source": path.as_uri(), "options": "{}"}
    values = {**inputs, **run_stage(EXPRESS, inputs, context)}
    return values, CacheKey.parse(values["cache-key"])


def change_page(context: Context, key: CacheKey, page_no: int, **record: object) -> None:
    page = Page.model_validate_json(context.store.get(layout.page(key, page_no)))
    page = page.model_copy(update={"record": page.record.model_copy(update=record)})
    context.store.put(layout.page(key, page_no), page.model_dump_json().encode())


def manifest_of(context: Context, key: CacheKey) -> ResultManifest:
    return ResultManifest.model_validate_json(context.store.get(layout.manifest(key)))


def test_the_result_is_complete_and_what_the_manifest_says(context, tmp_path):
    _, key = parsed(context, tmp_path, 3)
    manifest = manifest_of(context, key)
    names = {file.name for file in manifest.files}
    assert {
        "document.md",
        "document.jsonl",
        "document.html",
        "pages.jsonl",
        "chunks.jsonl",
        "citations.jsonl",
        "tables/index.json",
    } == names
    assert (manifest.pages.total, manifest.pages.ok, manifest.partial) == (3, 3, False)
    assert all(context.store.head(layout.result(key, f.name)).size_bytes == f.size_bytes for f in manifest.files)
    rows = [json.loads(line) for line in context.store.get(layout.result(key, "pages.jsonl")).splitlines()]
    assert [row["page"] for row in rows] == [1, 2, 3]


def test_the_manifest_counts_what_was_tried_in_vain(context, tmp_path):
    values, key = parsed(context, tmp_path, 3)
    tried = [Attempt(parser="docling", outcome=Outcome.OUT_OF_MEMORY, batch_size=n) for n in (2, 1)]
    change_page(context, key, 2, tried=tuple(tried), device_memory_bytes=7_000)
    change_page(context, key, 3, tried=tuple(tried[:1]), device_memory_bytes=9_000)
    for step in (merge, export_tables, upload):
        step.run(values, context)
    manifest = manifest_of(context, key)
    assert (manifest.tried, manifest.gpu_memory_bytes) == ({"docling/out_of_memory": 3}, 9_000)


def test_a_missing_page_stops_merge(context, tmp_path):
    values, key = parsed(context, tmp_path, 3)
    context.store.delete(layout.page(key, 2))
    with pytest.raises(StepOutputMissing, match="Page 2"):
        merge.run(values, context)


def test_the_manifest_says_what_went_in_and_how_long_it_took(context, tmp_path):
    _, key = parsed(context, tmp_path, 3)
    manifest = manifest_of(context, key)
    assert manifest.source_size_bytes == len(simple_pdf(3))
    assert manifest.images == context.settings.image_references()
    assert manifest.chunking == Chunking(chunk_size=context.settings.chunk_size, overlap=context.settings.overlap)
    assert set(manifest.timings_s) == {*WEIGHTS, "parser"}
    assert manifest.timings_s["parse-shard"] >= manifest.timings_s["parser"]
    assert {"pdf-parser", "python", "pdfium"} <= set(manifest.versions)


def test_the_time_of_parsing_is_that_of_all_shards_of_the_plan(context, tmp_path):
    values, key = parsed(context, tmp_path, 1)
    for shard, seconds in enumerate((100.0, 1000.0)):
        name = f"{layout.timings(key)}parse-shard-{shard:04d}.json"
        put_model(context.store, name, Timing(step="parse-shard", shard=shard, seconds=seconds))
    upload.run(values, context)
    assert manifest_of(context, key).timings_s["parse-shard"] == 100.0


def test_other_chunk_sizes_merge_again_and_parse_nothing(context, tmp_path):
    _, key = parsed(context, tmp_path, 3)
    pages = {info.key: context.store.get(info.key) for info in context.store.list(layout.pages(key))}
    smaller = replace(context, settings=context.settings.model_copy(update={"chunk_size": 20, "overlap": 5}))
    _, same_key = parsed(smaller, tmp_path, 3)
    assert same_key == key
    assert {info.key: context.store.get(info.key) for info in context.store.list(layout.pages(key))} == pages
    assert manifest_of(context, key).chunking == Chunking(chunk_size=20, overlap=5)


def test_a_failed_page_fails_the_run_unless_it_is_tolerated(context, tmp_path):
    values, key = parsed(context, tmp_path, 4)
    change_page(context, key, 3, status=PageStatus.FAILED, reason="pdfium: ParserCrashed")
    with pytest.raises(TooManyFailedPages, match=r"1 of 4 pages failed \(pages 3\)"):
        merge.run(values, context)
    tolerant = replace(context, settings=context.settings.model_copy(update={"max_page_failure_ratio": 0.25}))
    for step in (merge, export_tables, upload):
        step.run(values, tolerant)
    manifest = manifest_of(context, key)
    assert (manifest.partial, manifest.failed_pages) == (True, (3,))


def test_what_a_failed_run_has_saved_is_published_and_never_a_cache_hit(context, tmp_path):
    values, key = parsed(context, tmp_path, 3)
    context.store.delete(layout.manifest(key))
    change_page(context, key, 2, status=PageStatus.FAILED, reason="pdfium: ParserCrashed")
    with pytest.raises(TooManyFailedPages, match=r"partial/pages\.jsonl"):
        merge.run(values, context)
    rows = [json.loads(line) for line in context.store.get(layout.partial(key, "pages.jsonl")).splitlines()]
    assert [row["status"] for row in rows] == ["ok", "failed", "ok"]
    assert b"Chapter 3" in context.store.get(layout.partial(key, "document.md"))
    summary = MergeSummary.model_validate_json(context.store.get(layout.partial(key, "summary.json")))
    assert summary.failed_pages == (2,)
    assert check_cache.run(values, context)["hit"] == "false"


def test_a_success_takes_the_place_of_what_a_failed_run_has_saved(context, tmp_path):
    values, key = parsed(context, tmp_path, 2)
    whole = context.store.get(layout.page(key, 1))
    change_page(context, key, 1, status=PageStatus.FAILED)
    with pytest.raises(TooManyFailedPages):
        merge.run(values, context)
    assert check_cache.run(values, context)["hit"] == "true"  # the older result is as good as before
    context.store.put(layout.page(key, 1), whole)
    for step in (merge, export_tables, upload):
        step.run(values, context)
    assert list(context.store.list(layout.partial(key))) == []


def test_a_partial_result_is_never_a_cache_hit(context, tmp_path):
    values, key = parsed(context, tmp_path, 2)
    assert check_cache.run(values, context)["hit"] == "true"
    change_page(context, key, 1, status=PageStatus.FAILED)
    tolerant = replace(context, settings=context.settings.model_copy(update={"max_page_failure_ratio": 1.0}))
    for step in (merge, export_tables, upload):
        step.run(values, tolerant)
    assert check_cache.run(values, context)["hit"] == "false"


@pytest.mark.parametrize("damage", ["missing file", "short file", "half a manifest"])
def test_a_damaged_result_is_never_a_cache_hit(context, tmp_path, damage):
    values, key = parsed(context, tmp_path, 1)
    target = layout.result(key, "chunks.jsonl")
    if damage == "missing file":
        context.store.delete(target)
    elif damage == "short file":
        context.store.put(target, b"{}")
    else:
        context.store.put(layout.manifest(key), context.store.get(layout.manifest(key))[:50])
    assert check_cache.run(values, context)["hit"] == "false"


def test_other_options_are_another_result(context, tmp_path):
    values, _ = parsed(context, tmp_path, 2)
    assert check_cache.run({**values, "options": '{"pages": "1"}'}, context)["hit"] == "false"


def test_steps_may_run_twice(context, tmp_path):
    values, key = parsed(context, tmp_path, 2)
    before = manifest_of(context, key)
    for step in (merge, export_tables, upload):
        step.run(values, context)
    assert manifest_of(context, key).files == before.files


def test_tables_keep_every_cell_to_the_letter(context, tmp_path):
    values, key = parsed(context, tmp_path, 1)
    texts = [["id", "amount"], ["00123", "12345678.91"], ["a|b", "(1,234)"], ["1.10", "two\nlines"]]
    cells = tuple(
        Cell(row=r, col=c, text=text, is_header=r == 0) for r, row in enumerate(texts) for c, text in enumerate(row)
    )
    box = BBox(x0=0, y0=0, x1=10, y1=10)
    table = Table(id="t0001-01", page=1, bbox=box, n_rows=4, n_cols=2, cells=cells, parser="pdfium")
    page = Page.model_validate_json(context.store.get(layout.page(key, 1)))
    context.store.put(layout.page(key, 1), page.model_copy(update={"tables": (table,)}).model_dump_json().encode())
    for step in (merge, export_tables, upload):
        step.run(values, context)
    as_json = json.loads(context.store.get(layout.result(key, "tables/0001.json")))
    assert as_json["rows"] == texts
    as_csv = context.store.get(layout.result(key, "tables/0001.csv")).decode()
    assert list(csv.reader(io.StringIO(as_csv, newline=""))) == texts
    assert manifest_of(context, key).table_names() == ["tables/0001.json"]


def test_a_table_over_pages_of_a_pdf_is_stitched_and_counted_once(context, tmp_path):
    header = ("Item", "Amount", "Note")
    rows = [[(f"{page}{row:02d}", "(1,234)", "1.10") for row in range(12)] for page in range(3)]
    _, key = parsed(context, tmp_path, data=long_table_pdf(header, rows))
    whole = json.loads(context.store.get(layout.result(key, "tables/0001-stitched.json")))
    assert whole["rows"] == [list(row) for row in (header, *rows[0], *rows[1], *rows[2])]
    manifest = manifest_of(context, key)
    assert manifest.table_names() == [f"tables/000{n}.json" for n in (1, 2, 3)]
    assert manifest.tables == 3


def test_tables_of_an_earlier_attempt_do_not_stay(context, tmp_path):
    values, key = parsed(context, tmp_path, 1)
    context.store.put(layout.draft(key, "tables/0009.csv"), b"stale")
    context.store.put(layout.result(key, "tables/0009.csv"), b"stale")
    for step in (merge, export_tables, upload):
        step.run(values, context)
    assert context.store.head(layout.result(key, "tables/0009.csv")) is None


def test_upload_without_a_document_is_refused(context, tmp_path):
    values, key = parsed(context, tmp_path, 1)
    context.store.delete(layout.draft(key, "document.md"))
    with pytest.raises(StepOutputMissing):
        upload.run(values, context)
    assert context.store.head(layout.manifest(key)) is None


def test_a_result_stays_readable_while_it_is_replaced(context, tmp_path):
    """A forced run publishes over the old files: none of them is away for a moment."""
    values, key = parsed(context, tmp_path, 1)
    document = layout.result(key, "document.md")

    class Watched(FolderStore):
        def delete(self, key: str) -> None:
            super().delete(key)
            assert self.head(document) is not None

    upload.run(values, replace(context, store=Watched(tmp_path / "store")))
    assert manifest_of(context, key).task_id == "t1"
