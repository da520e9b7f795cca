"""One run of the stub engine: an Argo-shaped document that is moved along by hand."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.client import Submission, WorkflowDocument, is_finished

# Template → the templates of its pods, in order; the fan-out is one CPU shard.
PODS: dict[str, tuple[str, ...]] = {
    "pdf-parse": ("fetch", "check-cache", "classify", "parse-shard-cpu", "merge", "export-tables", "upload"),
    "pdf-parse-compact": ("prepare", "parse-shard-cpu", "publish"),
    "pdf-parse-bulk": ("prepare", "parse-shard-cpu", "publish"),
    "pdf-parse-express": ("express",),
}

COMPLETED = "workflows.argoproj.io/completed"
NodeDocument = dict[str, Any]


class StubRun:
    """`now` gives the time as Argo writes it. `lines` is the log."""

    def __init__(self, document: WorkflowDocument, now: Callable[[], str]) -> None:
        self.document = document
        self.lines: list[str] = []
        self._now = now
        self._name: str = document["metadata"]["name"]

    @classmethod
    def submitted(cls, submission: Submission, now: Callable[[], str]) -> StubRun:
        """As the controller has not seen it yet: without a status."""
        parameters = [{"name": key, "value": value} for key, value in submission.parameters.items()]
        metadata = {
            "name": submission.name,
            "uid": str(uuid.uuid4()),
            "creationTimestamp": now(),
            "labels": dict(submission.labels),
            "annotations": dict(submission.annotations),
        }
        spec = {
            "workflowTemplateRef": {"name": submission.template},
            "arguments": {"parameters": parameters},
            "priority": submission.priority,
        }
        kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
        return cls({**kind, "metadata": metadata, "spec": spec, "status": {}}, now)

    @property
    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.document["status"]
        return status

    @property
    def is_finished(self) -> bool:
        return is_finished(self.document)

    @property
    def has_failed(self) -> bool:
        return self.status.get("phase") in ("Failed", "Error")

    def start(self) -> None:
        """Harmless when it has started. Raises ValueError when it has finished."""
        if self.is_finished:
            raise ValueError(f"{self._name} has finished")
        self._show_phase("Running")
        self.status.setdefault("startedAt", self._now())
        nodes = self.status.setdefault("nodes", {})
        nodes.setdefault(self._name, self._node(self._name, self._name, "DAG", "main", "Running"))

    def running_pod(self) -> NodeDocument | None:
        nodes = self.status.get("nodes", {}).values()
        return next((node for node in nodes if node["type"] == "Pod" and node["phase"] == "Running"), None)

    def missing(self) -> list[str]:
        """Templates that have no node yet, in order."""
        pods = PODS.get(self.document["spec"]["workflowTemplateRef"]["name"], ("main",))
        present = {node["templateName"] for node in self.status["nodes"].values() if node["id"] != self._name}
        return [template for template in pods if template not in present]

    def open_pod(self, template: str) -> None:
        self._add(template, "Pod", "Running")
        self.lines.append(f"{template}: started")

    def omit(self, template: str) -> None:
        self._add(template, "Skipped", "Omitted")

    def close_pod(self, pod: NodeDocument, outputs: Mapping[str, str]) -> None:
        parameters = [{"name": key, "value": value} for key, value in outputs.items()]
        done = {"phase": "Succeeded", "progress": "1/1", "outputs": {"exitCode": "0", "parameters": parameters}}
        self._end_pod(pod, done)

    def break_pod(self, pod: NodeDocument, message: str, exit_code: int | None = None) -> None:
        outputs = {} if exit_code is None else {"exitCode": str(exit_code)}
        self._end_pod(pod, {"phase": "Failed", "message": message, "outputs": outputs})

    def finish(self, phase: str, message: str = "") -> None:
        ended = {"phase": phase, "finishedAt": self._now()}
        self._show_phase(phase)
        self.status.update(ended)
        self.status["nodes"][self._name].update(ended)
        if message:
            self.status["message"] = message

    def retry(self) -> None:
        """Like Argo, forgets the nodes that did not succeed; the phase is absent until the run goes on."""
        nodes = {key: node for key, node in self.status["nodes"].items() if node["phase"] == "Succeeded"}
        nodes[self._name] = self._node(self._name, self._name, "DAG", "main", "Running")
        self.document["status"] = {"startedAt": self._now(), "nodes": nodes}
        self.document["metadata"]["labels"].pop(COMPLETED, None)

    def _show_phase(self, phase: str) -> None:
        self.status["phase"] = phase
        self.document["metadata"].setdefault("labels", {})[COMPLETED] = "true" if self.is_finished else "false"

    def _add(self, template: str, type_: str, phase: str) -> None:
        node = self._node(f"{self._name}-{template}", f"{self._name}.{template}", type_, template, phase)
        self.status["nodes"][node["id"]] = {**node, "boundaryID": self._name, "progress": "0/1"}

    def _end_pod(self, pod: NodeDocument, end: Mapping[str, Any]) -> None:
        pod.update(end, finishedAt=self._now())
        self.lines.append(f"{pod['templateName']}: {pod['phase']}")

    def _node(self, node_id: str, name: str, type_: str, template: str, phase: str) -> NodeDocument:
        return {
            "id": node_id,
            "name": name,
            "displayName": name.rpartition(".")[2],
            "type": type_,
            "templateName": template,
            "phase": phase,
            "startedAt": self._now(),
        }
