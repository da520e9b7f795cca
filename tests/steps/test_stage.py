"""Several steps in one process: the same work as one by one, with one progress and one way to fail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.errors import NotAPdf
from steps.contracts import EXPRESS, PREPARE, PUBLISH, WEIGHTS
from steps.stage import main, run_stage
from tests.pdfs import simple_pdf


def inputs(tmp_path: Path, data: bytes) -> dict[str, str]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    return {"task-id": "t1", "source": path.as_uri(), "options": "{}"}


def test_express_does_everything(context, tmp_path):
    values = run_stage(EXPRESS, inputs(tmp_path, simple_pdf(2)), context)
    assert (values["hit"], values.get("handed-over", "false")) == ("false", "false")
    assert b"Chapter 2" in context.store.get(values["result-key"])
    assert (tmp_path / "progress").read_text() == "100/100"


def test_a_second_run_stops_at_the_cache(context, tmp_path):
    run_stage(EXPRESS, inputs(tmp_path, simple_pdf(2)), context)
    values = run_stage(EXPRESS, inputs(tmp_path, simple_pdf(2)), context)
    assert values["hit"] == "true"
    assert "cpu-shards" not in values
    assert (tmp_path / "progress").read_text() == "6/100"


def test_a_long_document_is_handed_over(context, tmp_path):
    hasty = replace(context, settings=context.settings.model_copy(update={"express_max_seconds": 0.1}))
    values = run_stage(EXPRESS, inputs(tmp_path, simple_pdf(20)), hasty)
    assert values["handed-over"] == "true"
    assert json.loads(values["cpu-shards"]) == [0]
    assert list(context.store.list(layout.pages(CacheKey.parse(values["cache-key"])))) == []


def test_prepare_and_publish_stop_where_they_should(context, tmp_path):
    values = run_stage(PREPARE, inputs(tmp_path, simple_pdf(2)), context)
    assert (tmp_path / "progress").read_text() == "12/12"
    assert "shard" not in {p.name for p in PREPARE.inputs} and {"cache-key"} <= {p.name for p in PUBLISH.inputs}
    assert json.loads(values["cpu-shards"]) == [0]


def test_weights_are_percent():
    assert sum(WEIGHTS.values()) == 100


def test_the_step_that_failed_is_named(context, tmp_path):
    with pytest.raises(NotAPdf) as failed:
        run_stage(EXPRESS, inputs(tmp_path, b"hello"), context)
    assert failed.value.step == "fetch"


def test_only_known_stages_run(capsys):
    assert main(["run", "merge", "fetch"]) == 2
    assert "run merge export-tables upload" in capsys.readouterr().err
