"""Small workflows for the tests of the embedded engine: templates as dicts, containers as shell one-liners."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from pdf_parser.errors import EngineUnavailable
from pipelines.client import Submission, WorkflowDocument, is_finished
from pipelines.local.engine import Engine, Limits

Spec = dict[str, Any]
TIMEOUT_S = 20.0
RETRY = {"limit": "2", "retryPolicy": "Always", "expression": "asInt(lastRetry.exitCode) in [22, 137]"}
LOST_TOO = {"limit": "5", "retryPolicy": "Always", "expression": "lastRetry.status == 'Error'"}


def sh(script: str, /, takes: tuple[str, ...] = (), gives: tuple[str, ...] = (), **fields: Any) -> Spec:
    """A container template; `{{outputs.parameters.x.path}}` is where it writes what it gives."""
    return _container(["sh", "-c", script], takes, gives, fields)


def py(code: str, /, takes: tuple[str, ...] = (), gives: tuple[str, ...] = (), **fields: Any) -> Spec:
    return _container(["python", "-S", "-c", code], takes, gives, fields)


def _container(command: list[str], takes: tuple[str, ...], gives: tuple[str, ...], fields: Mapping[str, Any]) -> Spec:
    paths = [{"name": name, "valueFrom": {"path": f"/tmp/{name}"}} for name in gives]
    return {
        "inputs": {"parameters": [{"name": name} for name in takes]},
        "outputs": {"parameters": paths},
        "container": {"image": "none", "command": command},
        **fields,
    }


def task(name: str, template: str, arguments: Mapping[str, str] | None = None, **fields: Any) -> Spec:
    parameters = [{"name": key, "value": value} for key, value in (arguments or {}).items()]
    return {"name": name, "template": template, "arguments": {"parameters": parameters}, **fields}


def dag(*tasks: Spec, inputs: tuple[str, ...] = (), fail_fast: bool | None = None, **fields: Any) -> Spec:
    body: Spec = {"tasks": list(tasks)}
    if fail_fast is not None:
        body["failFast"] = fail_fast
    return {"inputs": {"parameters": [{"name": name} for name in inputs]}, "dag": body, **fields}


def workflow(templates: Mapping[str, Spec], parameters: Mapping[str, str | None] | None = None, **fields: Any) -> Spec:
    """The spec of a WorkflowTemplate whose entry is `main`; a parameter with None has to be given."""
    declared = [{"name": n} if v is None else {"name": n, "value": v} for n, v in (parameters or {}).items()]
    named = [{"name": name, **template} for name, template in templates.items()]
    return {"entrypoint": "main", "arguments": {"parameters": declared}, "templates": named, **fields}


def write_template(folder: Path, name: str, spec: Spec) -> None:
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": name},
        "spec": spec,
    }
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(document, sort_keys=False))


def nodes_of(document: WorkflowDocument) -> dict[str, Any]:
    """By name without the workflow's: "" is the root."""
    name = document["metadata"]["name"]
    return {n["name"].removeprefix(name).removeprefix("."): n for n in document["status"].get("nodes", {}).values()}


def phases_of(document: WorkflowDocument) -> dict[str, str]:
    return {name: node["phase"] for name, node in nodes_of(document).items()}


def wait_until(condition: Callable[[], bool], timeout_s: float = TIMEOUT_S) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class Lab:
    """One folder with templates, state and work; engines over it, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.templates = folder / "templates"
        self.templates.mkdir()
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        assert self._engine is not None
        return self._engine

    def start(
        self,
        spec: Spec | None = None,
        env: Mapping[str, str] | None = None,
        interpreters: Mapping[str, str] | None = None,
        **limits: Any,
    ) -> Engine:
        """An engine that knows `spec` as template "t"."""
        if spec is not None:
            write_template(self.templates, "t", spec)
        given = {"parallelism": 4, "kill_grace_s": 1.0, **limits}
        self._engine = Engine(
            self.folder / "engine.sqlite",
            self.folder / "work",
            self.templates,
            Limits(**given),
            env={**(env or {})},
            interpreters=interpreters,
        )
        return self._engine

    def submit(self, name: str = "run", priority: int = 0, **parameters: str) -> None:
        self.engine.submit(Submission(name, "t", parameters, priority=priority))

    def run(self, spec: Spec, name: str = "run", **parameters: str) -> WorkflowDocument:
        """Of a new engine with this one template, the document of a run at its end."""
        self.close()
        self.start(spec)
        self.submit(name, 0, **parameters)
        return self.finished(name)

    def get(self, name: str = "run") -> WorkflowDocument:
        document = self.engine.get(name)
        assert document is not None
        return document

    def finished(self, name: str = "run") -> WorkflowDocument:
        return self.until(is_finished, name)

    def until(self, reached: Callable[[WorkflowDocument], bool], name: str = "run") -> WorkflowDocument:
        """The first document of the run that satisfies `reached`; looked at after each change."""
        changed = threading.Event()
        unsubscribe = self.engine.subscribe(lambda run: changed.set() if run in (name, "") else None)
        deadline = time.monotonic() + TIMEOUT_S
        try:
            while not reached(document := self.get(name)):
                changed.wait(0.2)
                changed.clear()
                assert time.monotonic() < deadline, phases_of(document)
            return document
        finally:
            unsubscribe()

    def until_running(self, *names: str, name: str = "run") -> WorkflowDocument:
        return self.until(lambda d: all(phases_of(d).get(n) == "Running" for n in names), name)

    def documents(self) -> list[WorkflowDocument]:
        """Of all runs; none when there is no engine, or it was closed."""
        try:
            return self._engine.list() if self._engine else []
        except EngineUnavailable:
            return []

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
