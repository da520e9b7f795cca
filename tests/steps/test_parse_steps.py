"""classify and parse-shard over a real store: the plan covers the pages, finished pages are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.errors import OutOfMemory, ParserUnavailable
from pdf_parser.parsers import registry
from pdf_parser.utils.pod import Pod
from steps import check_cache, classify, fetch, parse_shard
from steps.entrypoint import Context
from tests.pdfs import simple_pdf


def prepared(context: Context, tmp_path: Path, data: bytes, options: str = "{}") -> dict[str, str]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    values = {"task-id": "t1", "source": path.as_uri(), "options": options}
    for step in (fetch, check_cache, classify):
        values.update(step.run(values, context))
    return values


def pages_of(context: Context, key: CacheKey) -> list[Page]:
    return [Page.model_validate_json(context.store.get(o.key)) for o in context.store.list(layout.pages(key))]


def parse_all(context: Context, values: dict[str, str]) -> list[Page]:
    for shard in json.loads(values["cpu-shards"]):
        parse_shard.run({**values, "shard": str(shard)}, context)
    return pages_of(context, CacheKey.parse(values["cache-key"]))


@pytest.fixture
def small_shards(context: Context) -> Context:
    return replace(context, settings=context.settings.model_copy(update={"shard_max_pages": 2}))


def test_every_page_is_parsed_with_its_absolute_number(small_shards, tmp_path):
    values = prepared(small_shards, tmp_path, simple_pdf(5))
    pages = parse_all(small_shards, values)
    assert [page.page for page in pages] == [1, 2, 3, 4, 5]
    assert all(f"This is page {page.page}." in page.blocks[1].text for page in pages)
    assert all(block.page == page.page for page in pages for block in page.blocks)


def test_chosen_pages_keep_their_numbers(small_shards, tmp_path):
    values = prepared(small_shards, tmp_path, simple_pdf(9), options='{"pages": "2,7-9"}')
    pages = parse_all(small_shards, values)
    assert [page.page for page in pages] == [2, 7, 8, 9]
    assert "This is page 8." in pages[2].blocks[1].text


def test_the_plan_tells_where_every_page_goes_and_why(small_shards, tmp_path):
    values = prepared(small_shards, tmp_path, simple_pdf(3))
    plan = ShardPlan.model_validate_json(small_shards.store.get(layout.plan(CacheKey.parse(values["cache-key"]))))
    assert [p.page for p in plan.profiles] == [1, 2, 3]
    assert {shard.reason for shard in plan.shards} == {"digital page"}
    assert json.loads(values["gpu-shards"]) == []


def test_a_repeated_shard_skips_finished_pages_and_tries_failed_ones_again(context, tmp_path):
    values = prepared(context, tmp_path, simple_pdf(3))
    first, second, _ = parse_all(context, values)
    key = CacheKey.parse(values["cache-key"])
    marked = first.model_copy(update={"rotation": 90})
    failed = second.model_copy(
        update={"record": second.record.model_copy(update={"status": PageStatus.FAILED}), "blocks": ()}
    )
    context.store.put(layout.page(key, 1), marked.model_dump_json().encode())
    context.store.put(layout.page(key, 2), failed.model_dump_json().encode())
    again = parse_all(context, values)
    assert again[0].rotation == 90
    assert again[1].record.status is PageStatus.OK


def test_a_half_written_page_is_made_again(context, tmp_path):
    values = prepared(context, tmp_path, simple_pdf(1))
    parse_all(context, values)
    key = CacheKey.parse(values["cache-key"])
    context.store.put(layout.page(key, 1), b'{"page": 1, "wid')
    assert parse_all(context, values)[0].record.status is PageStatus.OK


def test_progress_counts_pages(context, tmp_path):
    parse_all(context, prepared(context, tmp_path, simple_pdf(4)))
    assert (tmp_path / "progress").read_text() == "4/4"


def test_an_unknown_parser_is_refused_before_any_work(context, tmp_path):
    with pytest.raises(ParserUnavailable, match="There is no parser 'nonsense'"):
        prepared(context, tmp_path, simple_pdf(1), options='{"parser": "nonsense"}')


def test_shards_of_an_encrypted_document_need_no_password(context, tmp_path, monkeypatch):
    import pikepdf

    plain = tmp_path / "plain.pdf"
    plain.write_bytes(simple_pdf(3))
    with pikepdf.open(plain) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="pw"))
    monkeypatch.setenv("PDF_PASSWORD_CLI", "pw")
    values = prepared(context, tmp_path, (tmp_path / "locked.pdf").read_bytes(), '{"password_ref": "cli"}')
    monkeypatch.delenv("PDF_PASSWORD_CLI")
    assert "This is page 3." in parse_all(context, values)[2].blocks[1].text


def test_force_forgets_pages_of_an_earlier_run(context, tmp_path):
    values = prepared(context, tmp_path, simple_pdf(2))
    parse_all(context, values)
    forced = prepared(context, tmp_path, simple_pdf(2), options='{"force": true}')
    assert forced["cache-key"] == values["cache-key"]
    assert pages_of(context, CacheKey.parse(values["cache-key"])) == []


def test_a_page_that_was_left_for_want_of_memory_keeps_its_story_in_the_next_pod(context, tmp_path, monkeypatch):
    monkeypatch.setitem(registry.PARSERS, "none-fits", "tests.faults.misbehaving:OverfillsTheDevice")
    values = prepared(context, tmp_path, simple_pdf(4), options='{"parser": "none-fits"}')
    with pytest.raises(OutOfMemory):
        parse_all(replace(context, pod=Pod(attempt=0, retry_limit=1, is_limited=True)), values)
    key = CacheKey.parse(values["cache-key"])
    assert [page.record.status.value for page in pages_of(context, key)] == ["ok", "ok", "failed", "ok"]
    pages = parse_all(replace(context, pod=Pod(attempt=1, retry_limit=1, is_limited=True)), values)
    assert [page.record.parser for page in pages] == ["none-fits", "none-fits", "pdfium", "none-fits"]
    assert [attempt.pod for attempt in pages[2].record.tried] == [0, 0, 0, 1, 1, 1]
