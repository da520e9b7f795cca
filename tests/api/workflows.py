"""Workflow documents for tests: as small as they can be and still read like Argo's."""

from __future__ import annotations

from typing import Any

NAME = "pdf-test"
TIME = "2026-11-24T10:00:00Z"


def node(template: str, phase: str = "Succeeded", name: str | None = None, **fields: Any) -> dict[str, Any]:
    """A pod; `outputs` as a plain dict, `exit_code` as a number, `children` as names."""
    name = name or template
    outputs: dict[str, Any] = {
        "parameters": [{"name": key, "value": value} for key, value in fields.pop("outputs", {}).items()]
    }
    if (exit_code := fields.pop("exit_code", None)) is not None:
        outputs["exitCode"] = str(exit_code)
    children = [f"{NAME}-{child}" for child in fields.pop("children", ())]
    own = {"id": f"{NAME}-{name}", "name": f"{NAME}.{name}", "displayName": name, "templateName": template}
    return {**own, "type": "Pod", "phase": phase, "outputs": outputs, "children": children, **fields}


def retry(template: str, phase: str, attempts: list[dict[str, Any]], name: str | None = None, **fields: Any):
    """A Retry node and its attempts, each a dict of fields of `node`."""
    name = name or template
    names = [f"{name}({i})" for i in range(len(attempts))]
    parent = node(template, phase, name, type="Retry", children=names, **fields)
    tries = [
        node(template, name=n, **{"nodeFlag": {"retried": True}, **a}) for n, a in zip(names, attempts, strict=True)
    ]
    return [parent, *tries]


def shards(*reports: str | None, lane: str = "cpu") -> list[dict[str, Any]]:
    """Shard pods by what they report, "3/16"; N = M means succeeded, None that the pod has not started."""
    found = []
    for i, report in enumerate(reports):
        n, _, m = (report or "0/1").partition("/")
        phase = "Succeeded" if n == m else "Pending" if report is None else "Running"
        found.append(node(f"parse-shard-{lane}", phase, f"{lane}({i}:{i})", progress=report or "0/1"))
    return found


def workflow(*nodes: dict[str, Any], phase: str | None = "Running", root: str | None = None, **status: Any):
    """`root`: phase of the entry DAG; by default that of the workflow. Without nodes there is no root either."""
    by_id = {n["id"]: n for n in nodes}
    if nodes:
        by_id[NAME] = {
            "id": NAME,
            "name": NAME,
            "type": "DAG",
            "templateName": "main",
            "phase": root or phase or "Running",
        }
    document = {
        "metadata": {
            "name": NAME,
            "creationTimestamp": TIME,
            "labels": {"app.kubernetes.io/part-of": "pdf-parser"},
        },
        "status": {"nodes": by_id, **status},
    }
    if phase is not None:
        document["status"]["phase"] = phase
    return document


def done(*templates: str) -> list[dict[str, Any]]:
    return [node(template) for template in templates]


def classified(gpu: str = "[]", cpu: str = "[]", **lanes: str) -> list[dict[str, Any]]:
    """Everything up to the plan has succeeded."""
    lists = {"gpu": gpu, "cpu": cpu, **lanes}
    plan = node("classify", outputs={f"{lane}-shards": shards for lane, shards in lists.items()})
    return [node("fetch"), node("check-cache", outputs={"hit": "false"}), plan]
