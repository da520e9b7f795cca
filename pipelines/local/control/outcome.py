"""How a process ended, as Argo would write it into the pod's node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.local.control.nodes import Node, Nodes
from pipelines.local.control.round import Reason, Run
from pipelines.local.spec.model import Output, Template

DEADLINE = "Pod was active on the node longer than the specified deadline"
_EXECUTOR_FAILED = 64  # Argo's own exit code: the container could not be started, or its outputs not be saved


@dataclass(frozen=True)
class Exit:
    """`code` is negative for a signal. `outputs` has the raw content of each output file that exists, by name."""

    code: int
    termination_text: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    killed_for: Reason | None = None
    progress: str | None = None


def apply_exit(run: Run, node: Node, template: Template, end: Exit, now: datetime) -> None:
    """A node that has ended already, because the workflow was shut down, stays as it is."""
    if node["phase"] != "Running":
        return
    code = end.code if end.code >= 0 else 128 - end.code
    parameters = [_parameter(output, end) for output in template.outputs]
    node["outputs"] = {"exitCode": str(code), **({"parameters": parameters} if parameters else {})}
    phase, message = _verdict(end, code, template)
    Nodes(run.document).mark(node, phase, now, message)
    _publish(run, parameters)
    node["progress"] = _progress(node, end.progress)


def _verdict(end: Exit, code: int, template: Template) -> tuple[str, str]:
    if code == 0:
        missing = next((o for o in template.outputs if o.default is None and o.name not in end.outputs), None)
        return ("Error", _not_saved(missing)) if missing else ("Succeeded", "")
    if end.killed_for == "deadline":
        return "Failed", DEADLINE
    message = f"main: Error (exit code {code})" + (f": {end.termination_text}" if end.termination_text else "")
    return "Error" if code == _EXECUTOR_FAILED else "Failed", message


def _not_saved(output: Output) -> str:
    path = f"/var/run/argo/outputs/parameters{output.path}"
    return f"wait: Error (exit code 64): open {path}: no such file or directory"


def _parameter(output: Output, end: Exit) -> dict[str, Any]:
    """A failed attempt keeps the outputs that it has written; what is missing has no value."""
    parameter: dict[str, Any] = {"name": output.name, "valueFrom": {"path": output.path}}
    if output.default is not None:
        parameter["valueFrom"]["default"] = output.default
    if output.global_name:
        parameter["globalName"] = output.global_name
    value = end.outputs.get(output.name)
    if value is not None:
        parameter["value"] = value.removesuffix("\n")
    elif output.default is not None:
        parameter["value"] = output.default
    return parameter


def _publish(run: Run, parameters: list[dict[str, Any]]) -> None:
    """`globalName` makes an output one of the workflow."""
    for parameter in parameters:
        if "globalName" in parameter and "value" in parameter:
            found = run.status.setdefault("outputs", {}).setdefault("parameters", [])
            found[:] = [p for p in found if p["name"] != parameter["globalName"]]
            found.append({"name": parameter["globalName"], "value": parameter["value"]})


def _progress(node: Node, reported: str | None) -> str:
    """A pod that succeeded has done all of what it said it would do."""
    progress = reported or str(node.get("progress") or "0/1")
    total = progress.partition("/")[2]
    return f"{total}/{total}" if node["phase"] == "Succeeded" else progress
