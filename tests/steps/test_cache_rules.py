"""What may be answered from the cache, and what a forced run does to others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.result import ResultManifest
from pdf_parser.storage.folder import FolderStore
from steps import check_cache, export_tables, merge, upload
from steps.contracts import EXPRESS
from steps.objects import sha256_of
from steps.stage import run_stage
from tests.pdfs import simple_pdf

FORCE = '{"force": true}'


def run(context, tmp_path, task_id="t1", options="{}", pages=2):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(pages))
    inputs = {"task-id": task_id, "source": path.as_uri(), "options": options}
    values = {**inputs, **run_stage(EXPRESS, inputs, context)}
    return values, CacheKey.parse(values["cache-key"])


def manifest_of(store, key):
    return ResultManifest.model_validate_json(store.get(layout.manifest(key)))


def is_consistent(store, key):
    files = manifest_of(store, key).files
    return all(sha256_of(store, layout.result(key, file.name)) == file.sha256 for file in files)


def change_page(store, key, page_no, **record):
    page = Page.model_validate_json(store.get(layout.page(key, page_no)))
    page = page.model_copy(update={"record": page.record.model_copy(update=record)})
    store.put(layout.page(key, page_no), page.model_dump_json().encode())


# --- poisoned entries -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("damage", ["changed letter", "other manifest", "no document", "half published"])
def test_a_poisoned_entry_is_found_and_rebuilt_without_parsing(context, tmp_path, damage):
    _, key = run(context, tmp_path)
    store, document, manifest = context.store, layout.result(key, "document.md"), layout.manifest(key)
    good = store.get(document)
    if damage == "changed letter":
        store.put(document, good[:-2] + b"?" + good[-1:])
    elif damage == "other manifest":
        store.put(manifest, store.get(manifest).replace(key.sha256.encode(), b"0" * 64))
    elif damage == "no document":
        store.put(manifest, manifest_of(store, key).model_copy(update={"files": ()}).model_dump_json().encode())
    else:
        store.put(layout.publishing(key), b"a run that was killed")
    pages = {info.key: info.modified_at for info in store.list(layout.pages(key))}
    values, _ = run(context, tmp_path)
    assert values["hit"] == "false" and store.get(document) == good
    assert {info.key: info.modified_at for info in store.list(layout.pages(key))} == pages
    assert run(context, tmp_path)[0]["hit"] == "true"


# --- engines that are not there ---------------------------------------------------------------------------------------
def test_a_result_that_lacks_an_engine_is_no_hit_and_its_pages_are_parsed_again(context, tmp_path):
    values, key = run(context, tmp_path)
    change_page(context.store, key, 2, status=PageStatus.FALLBACK_TEXT, missing_parsers=("rapidocr",))
    for step in (merge, export_tables, upload):
        step.run(values, context)
    assert manifest_of(context.store, key).missing_parsers == ("rapidocr",)
    first = context.store.get(layout.page(key, 1))
    assert run(context, tmp_path)[0]["hit"] == "false"
    assert context.store.get(layout.page(key, 1)) == first
    assert (manifest_of(context.store, key).missing_parsers, manifest_of(context.store, key).pages.ok) == ((), 2)
    assert run(context, tmp_path)[0]["hit"] == "true"


# --- forced runs ------------------------------------------------------------------------------------------------------
def test_a_result_is_never_away_while_a_forced_run_replaces_it(context, tmp_path):
    _, key = run(context, tmp_path)

    class Watched(FolderStore):
        def put(self, *args, **more):
            super().put(*args, **more)
            assert manifest_of(self, key)

        def copy(self, *args):
            super().copy(*args)
            assert manifest_of(self, key)

        def delete(self, *args):
            super().delete(*args)
            assert manifest_of(self, key)

    run(replace(context, store=Watched(tmp_path / "store")), tmp_path, "forced", FORCE)
    assert manifest_of(context.store, key).task_id == "forced"
    assert context.store.head(layout.publishing(key)) is None


def test_pages_of_a_forced_run_are_those_that_are_merged_again(context, tmp_path):
    run(context, tmp_path)
    _, forced = run(context, tmp_path, "forced", FORCE)
    changed = {"chunk_size": 20, "overlap": 5, "lease_s": 0.01}
    smaller = replace(context, settings=context.settings.model_copy(update=changed))
    values, again = run(smaller, tmp_path, "later")
    assert (values["hit"], again) == ("false", forced)


def test_forced_runs_beside_others_leave_one_whole_result(context, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(3))

    def go(number):
        options = FORCE if number % 2 else "{}"
        inputs = {"task-id": f"run-{number}", "source": path.as_uri(), "options": options}
        return run_stage(EXPRESS, inputs, context)

    with ThreadPoolExecutor(4) as pool:
        keys = [CacheKey.parse(values["cache-key"]) for values in pool.map(go, range(4))]
    assert is_consistent(context.store, keys[0])
    assert check_cache.is_complete(context.store, keys[0].of_run(None), context.settings.chunking())


def test_publishers_that_meet_leave_the_files_of_the_last_manifest(context, tmp_path):
    """The ledgers differ, as times do: a mixture would show."""
    values, key = run(context, tmp_path)
    forced, _ = run(context, tmp_path, "forced", FORCE)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            list(pool.map(lambda v: upload.run(v, context), (values, forced)))
            assert is_consistent(context.store, key)
    assert context.store.head(layout.publishing(key)) is None
