"""Runs compiled IR on this machine, each container as a subprocess: what kfp.local does for other components only.

Just what our pipelines use: parameters, conditions, fan-outs, nested pipelines, an exit handler. No artifacts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PLACEHOLDER = re.compile(r"\{\{\$\.(inputs|outputs)\.parameters\['([\w-]+)'\](\.output_file)?\}\}")
CONDITION = re.compile(r"inputs\.parameter_values\['([\w-]+)'\] == '(.*)'")
ALL_ENDED = "ALL_UPSTREAM_TASKS_COMPLETED"
Values = dict[str, Any]


class Failed(Exception):
    """A task, or one that it waits for, has failed."""


class Interpreter:
    """`started` has the names of the containers in order."""

    def __init__(self, ir: dict[str, Any], environment: Mapping[str, str]) -> None:
        self._ir = ir
        self._environment = dict(environment)
        self.started: list[str] = []

    def run(self, parameters: Values) -> None:
        """Raises Failed, after the exit handler."""
        given = self._ir["root"]["inputDefinitions"]["parameters"]
        defaults = {name: spec["defaultValue"] for name, spec in given.items() if "defaultValue" in spec}
        self._dag(self._ir["root"]["dag"], defaults | parameters)

    def _dag(self, dag: dict[str, Any], inputs: Values) -> None:
        outputs: dict[str, Values | None] = {}
        left = dict(dag["tasks"])
        while left:
            name = next(n for n, t in left.items() if set(t.get("dependentTasks", ())) <= set(outputs))
            outputs[name] = self._task(left.pop(name), inputs, outputs)
        if None in outputs.values():
            raise Failed

    def _task(self, task: dict[str, Any], inputs: Values, outputs: Mapping[str, Values | None]) -> Values | None:
        policy = task.get("triggerPolicy", {})
        before = [outputs[name] for name in task.get("dependentTasks", ())]
        if None in before and policy.get("strategy") != ALL_ENDED:
            return None
        given = task.get("inputs", {}).get("parameters", {})
        values = {n: _value(spec, inputs, outputs) for n, spec in given.items()}
        if "condition" in policy and not _holds(policy["condition"], values):
            return {}
        try:
            return self._component(task, values)
        except Failed:
            return None

    def _component(self, task: dict[str, Any], values: Values) -> Values:
        component = self._ir["components"][task["componentRef"]["name"]]
        if "parameterIterator" in task:
            loop = task["parameterIterator"]
            for item in values[loop["items"]["inputParameter"]]:
                self._dag(component["dag"], {**values, loop["itemInput"]: item})
            return {}
        if "dag" in component:
            self._dag(component["dag"], values)
            return {}
        return self._container(component, values)

    def _container(self, component: dict[str, Any], values: Values) -> Values:
        types = component.get("outputDefinitions", {}).get("parameters", {})
        label = component["executorLabel"]
        container = self._ir["deploymentSpec"]["executors"][label]["container"]
        self.started.append(label.removeprefix("exec-"))
        with tempfile.TemporaryDirectory() as folder:
            args = [_filled(arg, values, folder) for arg in container.get("args", ())]
            command = [sys.executable, *container["command"][1:], *args]
            if subprocess.run(command, env=self._environment).returncode != 0:
                raise Failed
            return {name: _read(Path(folder) / name, spec["parameterType"]) for name, spec in types.items()}


def _value(spec: dict[str, Any], inputs: Values, outputs: Mapping[str, Values | None]) -> Any:
    if "componentInputParameter" in spec:
        return inputs[spec["componentInputParameter"]]
    if "taskOutputParameter" in spec:
        source = spec["taskOutputParameter"]
        return (outputs[source["producerTask"]] or {})[source["outputParameterKey"]]
    return spec["runtimeValue"]["constant"]


def _holds(condition: str, values: Values) -> bool:
    match = CONDITION.fullmatch(condition)
    assert match is not None, condition
    return str(values[match[1]]) == match[2]


def _filled(arg: str, values: Values, folder: str) -> str:
    return PLACEHOLDER.sub(lambda m: str(values[m[2]]) if m[1] == "inputs" else f"{folder}/{m[2]}", arg)


def _read(path: Path, kind: str) -> Any:
    text = path.read_text()
    return text if kind == "STRING" else json.loads(text)
