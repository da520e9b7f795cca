"""Random runs as a strategy: every document that the controller might write on the way, in order."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.api.workflows import NAME, node, workflow

FULL = ("fetch", "check-cache", "classify", "FAN-OUT", "merge", "export-tables", "upload")
COMPACT = ("prepare", "FAN-OUT", "publish")
HANDED_OVER = ("express", "FAN-OUT", "publish")
EXPRESS = ("express",)
RESCUED = (
    (*FULL[:5], "RESCUE", "rescue.merge", *FULL[5:]),
    (*COMPACT, "RESCUE", "rescue.publish"),
    (*HANDED_OVER, "RESCUE", "rescue.publish"),
)
RESCUE_PLAN = {"rescue": "true", "rescue-marker": "[0,1]", "rescue-cpu": "[]"}
RESCUES = ["rescue.marker(0:0)", "rescue.marker(1:1)"]
PLANS = ("classify", "prepare", "express")
EXIT_CODES = (1, 12, 14, 22, 25, 31, 137, 143)

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Simulation:
    """`retries` and `failures` say whether pods may fail and be tried again, or for good."""

    draw: Draw
    retries: bool
    failures: bool
    pages: int
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: bool = False
    wants_rescue: bool = False

    def document(self, phase: str = "Running", root: str | None = None) -> dict[str, Any]:
        return copy.deepcopy(workflow(*self.nodes.values(), phase=phase, root=root))

    def run(self, stages: tuple[str, ...], n_shards: int) -> Iterator[dict[str, Any]]:
        yield {"metadata": {"name": NAME}}
        self.wants_rescue = "RESCUE" in stages
        for stage in stages:
            fan_outs = {"FAN-OUT": [f"cpu({i}:{i})" for i in range(n_shards)], "RESCUE": RESCUES}
            tasks = fan_outs.get(stage, [stage])
            yield from self.interleave(stage, tasks, n_shards if stages != EXPRESS else None)
            if self.failed:
                yield self.document("Failed")
                return
        yield self.document(root="Succeeded")
        yield self.document("Succeeded")

    def interleave(self, stage: str, tasks: list[str], n_shards: int | None) -> Iterator[dict[str, Any]]:
        fan_outs = {"FAN-OUT": "parse-shard-cpu", "RESCUE": "parse-shard-marker"}
        template = fan_outs.get(stage, stage.removeprefix("rescue."))
        open_tasks = [self.task(template, name, n_shards) for name in tasks]
        while open_tasks:
            task = self.draw(st.sampled_from(open_tasks))
            if next(task, None) is None:
                open_tasks.remove(task)
            yield self.document()

    def task(self, template: str, name: str, n_shards: int | None) -> Iterator[bool]:
        """One task, attempt by attempt; every next() is a change of its nodes."""
        total = {"prepare": 12, "publish": 16, "express": 100, "merge": 2 * self.pages}.get(template, 1)
        if template.startswith("parse-shard"):
            total = self.pages
        if template == "express" and n_shards is not None:
            total = 12
        most = total
        if self._plans_rescue(template, name):  # it only looks at the pages, which is half of merge
            most = {"publish": 3}.get(template, total // 2)
        parent = node(template, "Running", name, type="Retry")
        self.nodes[name] = parent
        for attempt in range(3):
            pod = node(template, "Pending", f"{name}({attempt})", progress=f"0/{total}", nodeFlag={"retried": True})
            self.nodes[pod["displayName"]] = pod
            parent["children"] = [*parent["children"], pod["id"]]
            yield True
            for done in sorted(self.draw(st.lists(st.integers(0, most), max_size=3))):
                pod |= {"phase": "Running", "progress": f"{done}/{100 if template == 'express' else total}"}
                yield True
            if not (self.retries and attempt < 2 and self.draw(st.booleans())):
                break
            self._fail(pod)
            yield True
        self._end(template, name, parent, pod, n_shards)
        yield True

    def _plans_rescue(self, template: str, name: str) -> bool:
        return self.wants_rescue and template in ("merge", "publish") and not name.startswith("rescue.")

    def _fail(self, pod: dict[str, Any]) -> None:
        code = str(self.draw(st.sampled_from(EXIT_CODES)))
        pod |= {"phase": "Failed", "outputs": {"exitCode": code}, "message": f"main: Error (exit code {code})"}

    def _end(self, template: str, name: str, parent: dict[str, Any], pod: dict[str, Any], n_shards: int | None) -> None:
        if self.failures and self.draw(st.integers(0, 9)) == 0:
            self.failed = True
            self._fail(pod)
            parent |= {"phase": "Failed", "message": "No more retries left"}
            return
        outputs = {"hit": "false"} if template != "classify" else {}
        if template in PLANS:
            shards = list(range(n_shards or 0))
            outputs |= {"gpu-shards": "[]", "cpu-shards": str(shards), "handed-over": str(n_shards is not None).lower()}
        if template in ("merge", "publish"):
            outputs |= RESCUE_PLAN if self._plans_rescue(template, name) else {"rescue": "false"}
        parameters = [{"name": key, "value": value} for key, value in outputs.items()]
        for ended in (pod, parent):
            ended |= {"phase": "Succeeded", "outputs": {"exitCode": "0", "parameters": parameters}}


@st.composite
def runs(draw: Draw, retries: bool = True, failures: bool = True) -> list[dict[str, Any]]:
    stages = draw(st.sampled_from([FULL, COMPACT, HANDED_OVER, EXPRESS, *RESCUED]))
    simulation = Simulation(draw, retries, failures, pages=draw(st.sampled_from([1, 2, 16])))
    return list(simulation.run(stages, n_shards=draw(st.integers(1, 4))))
