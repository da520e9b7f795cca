"""The command line and environment of a pod's process."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.local.control.names import pod_name
from pipelines.local.control.nodes import Node
from pipelines.local.control.round import Round
from pipelines.local.control.scope import pod_scope
from pipelines.local.language.text import substitute

CUDA_DEVICES = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Places:
    """Where the process finds the paths that a container has to itself."""

    progress: Path
    termination_log: Path
    scratch: Path
    outputs: Path  # what the path of every output begins with

    def output(self, name: str) -> Path:
        return self.outputs.with_name(self.outputs.name + name)


@dataclass(frozen=True)
class Command:
    """`env` comes on top of the environment that all steps share."""

    argv: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Machine:
    """What commands need to know of this machine: the semaphore that stands for its GPUs, and which Python stands for
    an image, by the image's name; for all others it is the engine's own."""

    gpu_lock: str
    interpreters: Mapping[str, str] = field(default_factory=dict)

    def python(self, image: str) -> str:
        return self.interpreters.get(image, sys.executable)


def build_command(round_: Round, node: Node, places: Places, machine: Machine) -> Command:
    """Raises ExpressionError for a text that cannot be evaluated."""
    template, container = round_.template_of(node), round_.template_of(node).container
    if container is None:
        raise ValueError(f"{node['name']} is not a pod")
    paths = {f"outputs.parameters.{o.name}.path": str(places.output(o.name)) for o in template.outputs}
    scope = pod_scope(round_, node) | paths
    argv = [str(substitute(text, scope)) for text in (*container.command, *container.args)]
    if argv[0] == "python":
        argv[0] = machine.python(container.image)
    env = {
        "ARGO_POD_NAME": pod_name(round_.run.name, template.name, node["name"]),
        "ARGO_NODE_ID": node["id"],
        "ARGO_PROGRESS_FILE": str(places.progress),
        "PDF_PARSER_TERMINATION_LOG": str(places.termination_log),
        "TMPDIR": str(places.scratch),
    }
    own = {name: str(substitute(value, scope)) for name, value in container.env}
    return Command(tuple(argv), env | _gpu(round_, node, machine.gpu_lock) | own)


def _gpu(round_: Round, node: Node, gpu_lock: str) -> dict[str, str]:
    """One device per slot. With a single slot the step sees every device there is."""
    owner = round_.nodes.retry_of(node) or node
    slot = round_.locks.slot(round_.holder(owner), gpu_lock)
    return {} if slot is None else {CUDA_DEVICES: str(slot)}
