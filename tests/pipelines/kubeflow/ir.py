"""The compiled pipeline and the compiled Argo template, both as the same few facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

PLACEHOLDER = re.compile(r"\{\{.*\}\}$")
NOT_A_STEP = re.compile(r"^(condition|for-loop|exit-handler)-\d+$")


@dataclass(frozen=True)
class Pod:
    """What one step asks for. `argv` without the values of flags and without the wrapper that repeats it."""

    image: str
    argv: tuple[str, ...]
    cpu: str
    reserved: str
    memory: str
    gpus: int
    scratch: str
    selector: tuple[tuple[str, str], ...]
    tolerations: tuple[tuple[tuple[str, str], ...], ...]


def argo_pods(workflow: dict[str, Any]) -> dict[str, Pod]:
    return {t["name"]: _argo_pod(t) for t in workflow["spec"]["templates"] if "container" in t}


def _argo_pod(template: dict[str, Any]) -> Pod:
    container = template["container"]
    asked, allowed = container["resources"]["requests"], container["resources"]["limits"]
    return Pod(
        image=container["image"],
        argv=(container["command"][2], *map(_bare, container["args"])),
        cpu=asked["cpu"],
        reserved=asked["memory"],
        memory=allowed["memory"],
        gpus=int(allowed.get("nvidia.com/gpu", 0)),
        scratch=next(v["emptyDir"]["sizeLimit"] for v in template["volumes"] if v["name"] == "tmp"),
        selector=tuple(template.get("nodeSelector", {}).items()),
        tolerations=_sorted(template.get("tolerations", [])),
    )


def kfp_pods(ir: dict[str, Any], platform: dict[str, Any], modules: dict[str, str]) -> list[tuple[str, Pod]]:
    """By component: a step of the rescue has a component of its own."""
    executors = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    return [
        (_plain(label.removeprefix("exec-")), _kfp_pod(executor["container"], executors[label], modules))
        for label, executor in ir["deploymentSpec"]["executors"].items()
    ]


def _kfp_pod(container: dict[str, Any], kubernetes: dict[str, Any], modules: dict[str, str]) -> Pod:
    resources = container["resources"]
    _, step, flags = split_wrapper(container["args"], modules)
    return Pod(
        image=container["image"],
        argv=(modules[step], *map(_bare, flags)),
        cpu=resources["resourceCpuRequest"],
        reserved=resources["resourceMemoryRequest"],
        memory=resources["resourceMemoryLimit"],
        gpus=int(resources.get("accelerator", {}).get("resourceCount", 0)),
        scratch=next(v["sizeLimit"] for v in kubernetes["emptyDirMounts"] if v["volumeName"] == "tmp"),
        selector=tuple(kubernetes.get("nodeSelector", {}).get("labels", {}).items()),
        tolerations=_sorted(kubernetes.get("tolerations", [])),
    )


def split_wrapper(args: list[str], modules: dict[str, str]) -> tuple[list[str], str, list[str]]:
    at = next(i for i, arg in enumerate(args) if arg in modules)
    return args[:at], args[at], args[at + 1 :]


def _bare(arg: str) -> str:
    return arg.partition("=")[0]


def _sorted(items: list[dict[str, str]]) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(tuple(sorted(item.items())) for item in items)


def _plain(name: str) -> str:
    return re.sub(r"-\d+$", "", name)


Edges = set[tuple[str, str]]


def argo_edges(workflow: dict[str, Any]) -> dict[str, Edges]:
    """By nested DAG: who waits for whom, a whole fan-out being one."""
    dags = {t["name"]: t["dag"]["tasks"] for t in workflow["spec"]["templates"] if "dag" in t}
    return {name: {(a, t["name"]) for t in tasks for a in _argo_parents(t)} for name, tasks in dags.items()}


def _argo_parents(task: dict[str, Any]) -> set[str]:
    return set(re.findall(r"([a-z][a-z-]*)\.[A-Z]", task.get("depends", "")))


def kfp_tasks(ir: dict[str, Any], component: str | None = None) -> dict[str, set[str]]:
    """Task → tasks it waits for in one (nested) pipeline; conditions and the exit handler are looked through."""
    dag = ir["root"]["dag"] if component is None else ir["components"][component]["dag"]
    found: dict[str, set[str]] = {}
    for name, task in dag["tasks"].items():
        before = {a for a in task.get("dependentTasks", ()) if not NOT_A_STEP.match(a)}
        if re.match(r"^(condition|exit-handler)-", name):
            inner = kfp_tasks(ir, task["componentRef"]["name"])
            found |= {n: parents | (before if not parents else set()) for n, parents in inner.items()}
        else:
            found[name] = before
    return found


def kfp_lanes(ir: dict[str, Any], component: str) -> dict[str, str]:
    """Of a pipeline of fan-outs: the list each goes over → the step it starts."""
    loops = ir["components"][component]["dag"]["tasks"].values()
    return {
        loop["parameterIterator"]["items"]["inputParameter"].removeprefix("pipelinechannel--"): next(
            iter(ir["components"][loop["componentRef"]["name"]]["dag"]["tasks"])
        )
        for loop in loops
    }
