"""schemas/ says what is published: made from the models, and true of the files of a real run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.answers import from_record, status_body, with_result, with_saved
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import TaskRecord
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.schemas import FOLDER, SCHEMAS, outdated, schema_of
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser.utils.sample import sample_pdf
from steps import finish
from steps.contracts import EXPRESS
from steps.entrypoint import Context
from steps.progress import Progress
from steps.stage import run_stage
from tests.pdfs import long_table_pdf

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
ROWS = [(f"Item {n}", "(1,234)", "1.10") for n in range(9)]
DOCUMENTS = {"sample": sample_pdf(), "table over pages": long_table_pdf(("Item", "Amount", "Note"), [ROWS, ROWS])}
FILES = {
    "document": layout.DOCUMENT_JSONL,
    "citations": layout.CITATIONS,
    "pages": layout.LEDGER,
    "chunks": layout.CHUNKS,
    "table": "tables/0001.json",
    "table-index": layout.TABLE_INDEX,
    "manifest": layout.MANIFEST,
}


@pytest.fixture(scope="module", params=DOCUMENTS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Context, CacheKey]:
    """A document, parsed and published by the real steps."""
    folder = tmp_path_factory.mktemp("run")
    path = folder / "document.pdf"
    path.write_bytes(DOCUMENTS[request.param])
    context = Context(FolderStore(folder / "store"), Settings(source_file_roots=str(folder)), Progress())
    inputs = {"task-id": "t1", "source": path.as_uri(), "options": "{}"}
    key = run_stage(EXPRESS, inputs, context)["cache-key"]
    finish.run({**inputs, "status": "Succeeded", "failures": "[]"}, context)
    return context, CacheKey.parse(key)


def values_of(data: bytes, name: str) -> Iterator[Any]:
    yield from map(json.loads, data.splitlines() if name.endswith(".jsonl") else [data])


def check(schema: str, value: Any) -> None:
    """By the schema as it is published, and by the model, which also refuses what no schema knows."""
    Draft202012Validator(json.loads((FOLDER / f"{schema}.schema.json").read_text())).validate(value)
    SCHEMAS[schema].model.model_validate_json(json.dumps(value))


def test_the_schemas_are_up_to_date() -> None:
    assert outdated() == [], "run `make schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_valid_and_open_for_new_fields(name: str) -> None:
    Draft202012Validator.check_schema(schema_of(name))
    assert '"additionalProperties": false' not in json.dumps(schema_of(name))


@pytest.mark.parametrize("schema", FILES)
def test_every_file_of_a_real_run_is_as_its_schema_says(run: tuple[Context, CacheKey], schema: str) -> None:
    context, key = run
    values = list(values_of(context.store.get(layout.result(key, FILES[schema])), FILES[schema]))
    assert values
    for value in values:
        check(schema, value)


def test_a_stitched_table_is_as_its_schema_says(run: tuple[Context, CacheKey]) -> None:
    context, key = run
    index = json.loads(context.store.get(layout.result(key, layout.TABLE_INDEX)))
    assert len(index["stitched"]) == (len(index["tables"]) > 1)
    for entry in index["stitched"]:
        check("table", json.loads(context.store.get(layout.result(key, entry["files"]["json"]))))


def test_the_task_record_and_the_status_of_a_success_are(run: tuple[Context, CacheKey]) -> None:
    context, key = run
    data = context.store.get(layout.task("t1"))
    check("task", json.loads(data))
    status = from_record(TaskRecord.model_validate_json(data), NOW, timedelta(0), timedelta(hours=48))
    manifest = ResultManifest.model_validate_json(context.store.get(layout.manifest(key)))
    check("status", status_body(with_result(status, key, manifest, context.store.url)))


def test_the_status_of_a_run_and_of_a_failure_is(run: tuple[Context, CacheKey]) -> None:
    context, key = run
    record = TaskRecord(task_id="t1", source="s3://b/k", created_at=NOW)
    check("status", status_body(from_record(record, NOW, timedelta(hours=1), timedelta(hours=48))))
    summary = MergeSummary.model_validate_json(context.store.get(layout.summary(key)))
    lost = from_record(record, NOW, timedelta(0), timedelta(hours=48))
    check("status", status_body(with_saved(lost, key, summary, context.store.url)))


def test_what_lacks_a_field_is_refused(run: tuple[Context, CacheKey]) -> None:
    context, key = run
    manifest = json.loads(context.store.get(layout.manifest(key)))
    del manifest["timings_s"]
    validator = Draft202012Validator(schema_of("manifest"))
    assert not validator.is_valid(manifest)


def test_there_is_a_schema_for_every_json_file(run: tuple[Context, CacheKey]) -> None:
    context, key = run
    names = {info.key.removeprefix(layout.result(key)) for info in context.store.list(layout.result(key))}
    lines = {name for name in names if Path(name).suffix in (".json", ".jsonl") and not name.startswith("tables/0")}
    assert lines == set(FILES.values()) - {"tables/0001.json"}
