"""What steps hand on is compressed when it is large; what is published is read by strangers and stays plain."""

from __future__ import annotations

import json

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.domain.cache import CacheKey
from steps import export_tables, merge, upload
from steps.contracts import EXPRESS
from steps.objects import put_model
from steps.stage import run_stage
from tests.pdfs import simple_pdf

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)


class Long(Model):
    text: str = "word " * 400_000


@pytest.mark.parametrize(
    ("name", "is_compressed"),
    [
        (layout.page(KEY, 1), True),
        (layout.plan(KEY.of_run("pdf-1")), True),
        (layout.draft(KEY, "document.jsonl"), False),
        (layout.manifest(KEY), False),
        (layout.task("pdf-1"), False),
    ],
)
def test_only_what_steps_hand_on_is_compressed(context, name, is_compressed):
    put_model(context.store, name, Long())
    assert (context.store.head(name).size_bytes < 1_000_000) is is_compressed
    assert Long.model_validate_json(context.store.get(name)) == Long()


def test_results_of_large_pages_are_plain_files(context, tmp_path):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(1))
    inputs = {"task-id": "t1", "source": source.as_uri(), "options": "{}"}
    values = {**inputs, **run_stage(EXPRESS, inputs, context)}
    key = CacheKey.parse(values["cache-key"])
    page = json.loads(context.store.get(layout.page(key, 1)))
    page["blocks"][-1]["text"] = "word " * 400_000
    context.store.put(layout.page(key, 1), json.dumps(page).encode(), compress=True)
    for step in (merge, export_tables, upload):
        step.run(values, context)
    stored = {
        name: (tmp_path / "store" / layout.result(key, name)).read_bytes() for name in ("document.md", "document.jsonl")
    }
    assert stored["document.md"].count(b"word") >= 400_000
    assert b"word" in stored["document.jsonl"].splitlines()[-1]
