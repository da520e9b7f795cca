"""The compiled KFP pipeline parses documents: its own commands and wiring, an interpreter in the place of Kubeflow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.run import RunOutcome, RunState, TaskRecord
from pdf_parser.storage.folder import FolderStore
from pipelines.kubeflow.compile import FOLDER
from tests.pdfs import simple_pdf
from tests.pipelines.kubeflow.interpreter import Failed, Interpreter

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def kubeflow(tmp_path) -> Interpreter:
    ir: dict[str, Any] = next(yaml.safe_load_all((FOLDER / "pdf-parse.yaml").read_text()))
    own = {"STORE_URL": (tmp_path / "store").as_uri(), "SOURCE_FILE_ROOTS": str(tmp_path), "SHARD_MAX_PAGES": "2"}
    return Interpreter(ir, {**os.environ, **own, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"})


def parameters(task_id: str, file: Path) -> dict[str, str]:
    return {"task_id": task_id, "source": file.as_uri()}


def outcome_of(store: FolderStore, task_id: str) -> RunOutcome:
    record = TaskRecord.model_validate_json(store.get(layout.task(task_id)))
    assert record.outcome is not None
    return record.outcome


def test_a_document_is_parsed_and_then_answered_from_the_cache(kubeflow, store, tmp_path):
    (tmp_path / "a.pdf").write_bytes(simple_pdf(pages=3, words="hello"))
    kubeflow.run(parameters("first", tmp_path / "a.pdf"))
    shards = ["parse-shard-cpu"] * 2
    steps = ["fetch", "check-cache", "classify", *shards, "merge", "export-tables", "upload", "finish"]
    assert kubeflow.started == steps
    done = outcome_of(store, "first")
    assert (done.state, done.cached) == (RunState.SUCCEEDED, False)
    assert b"hello" in store.get(layout.result(CacheKey.parse(done.cache_key), layout.DOCUMENT_MD))
    kubeflow.run(parameters("second", tmp_path / "a.pdf"))
    assert kubeflow.started[len(steps) :] == ["fetch", "check-cache", "finish"]
    assert outcome_of(store, "second").cached is True


def test_a_file_that_is_no_pdf_fails_once_and_by_name(kubeflow, store, tmp_path):
    (tmp_path / "a.pdf").write_text("no pdf")
    with pytest.raises(Failed):
        kubeflow.run(parameters("a", tmp_path / "a.pdf"))
    assert kubeflow.started == ["fetch", "finish"]
    error = outcome_of(store, "a").error
    assert (error.code, error.phase) == ("NotAPdf", "fetch")


class Rehearsal(Interpreter):
    """No container runs: each step gives what is in `outputs`, empty lists and "false" otherwise."""

    def __init__(self, ir: dict[str, Any], outputs: dict[str, dict[str, Any]]) -> None:
        super().__init__(ir, {})
        self.outputs = outputs
        self.given: list[dict[str, Any]] = []

    def _container(self, component: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        step = component["executorLabel"].removeprefix("exec-")
        types = component.get("outputDefinitions", {}).get("parameters", {})
        self.started.append(step)
        self.given.append(values)
        nothing = {name: [] if spec["parameterType"] == "LIST" else "false" for name, spec in types.items()}
        return nothing | self.outputs.get(step, {})


def test_bad_pages_are_rescued_before_tables_are_exported():
    ir = next(yaml.safe_load_all((FOLDER / "pdf-parse.yaml").read_text()))
    found = {"classify": {"out_cpu_shards": [0, 1]}, "merge": {"out_rescue": "true", "out_rescue_ocr": [7]}}
    play = Rehearsal(ir, found)
    play.run({"task_id": "t", "source": "s"})
    assert play.started[3:] == [
        *["parse-shard-cpu"] * 2,
        "merge",
        "parse-shard-ocr-2",
        "merge-2",
        "export-tables",
        "upload",
        "finish",
    ]
    given = dict(zip(play.started, play.given, strict=True))
    assert given["parse-shard-ocr-2"]["shard"] == 7
    assert (given["merge"]["rescued"], given["merge-2"]["rescued"]) == ("false", "true")
