"""One KFP container component per step, made from its contract, and what its pod asks for."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter as Argument, Signature
from typing import Any

from kfp import dsl, kubernetes

from pipelines.resources import NEEDS, Need, Traffic, retry_limit
from steps import contracts
from steps.contracts import Parameter, Step

IMAGE = "pdf-parser/{}:0.1.0"
ENVIRONMENT = "/etc/pdf-parser"
MAPS = {"pdf-parser-config": kubernetes.use_config_map_as_volume, "pdf-parser-secrets": kubernetes.use_secret_as_volume}
RUN = "task-id"  # of the run, for the wrapper; steps that know it themselves share it

# KFP wants types: a fan-out goes over a list, and its items are the indices of shards.
TYPES: dict[str, Any] = {contracts.SHARD.name: int}
TYPES |= {p.name: list[int] for p in (*contracts.SHARD_LISTS, *contracts.RESCUE_LISTS)}

Make = Callable[..., dsl.PipelineTask]


def step_task(step: Step, traffic: Traffic, name: str | None = None, forgive: bool = False) -> Make:
    """Makes a task from keyword arguments. `forgive`: a failure must not fail the run."""
    name = name or step.name
    need = NEEDS[name]
    component = _component(step, name, need, _wrapper(need, traffic, forgive))

    def make(**given: Any) -> dsl.PipelineTask:
        return _placed(component(**given), need)

    return make


def exit_task(step: Step) -> Make:
    """It is not retried and must not fail."""
    need = NEEDS[step.name]
    component = _component(step, step.name, need, ["--times=0", f"--deadline-s={need.deadline_s}"])
    return lambda **given: _placed(component(**given), need)


def flag(name: str) -> str:
    """Of a parameter, as Python spells it."""
    return name.replace("-", "_")


def _wrapper(need: Need, traffic: Traffic, forgive: bool) -> list[str]:
    """KFP repeats nothing by exit code, and nothing at all in a fan-out: `python -m steps retry` does."""
    limits = [f"--times={traffic.retry_limit}", f"--deadline-s={need.deadline_s}"]
    waits = [f"--waits={retry_limit(need, traffic)}"] if need.waits else []
    return [*limits, *waits, *(["--resumes"] if need.resumes else []), *(["--forgive"] if forgive else [])]


def _component(step: Step, name: str, need: Need, wrapper: list[str]) -> Callable[..., dsl.PipelineTask]:
    inputs = {flag(p.name): _type(p) for p in step.inputs}
    outputs = {f"out_{flag(p.name)}": dsl.OutputPath(_type(p)) for p in step.outputs}

    arguments = {flag(RUN): str, **inputs, **outputs}

    def container(*placeholders: Any) -> dsl.ContainerSpec:
        at = dict(zip(arguments, placeholders, strict=True))
        own = [f"--environment={ENVIRONMENT}", f"--{RUN}={at[flag(RUN)]}", *wrapper]
        flags = [f"--{p.name}={at[flag(p.name)]}" for p in step.inputs]
        places = [f"--out-{p.name}={at['out_' + flag(p.name)]}" for p in step.outputs]
        return dsl.ContainerSpec(
            image=IMAGE.format(need.image),
            command=["python", "-m", "steps"],
            args=["retry", *own, step.name, *flags, *places],
        )

    container.__name__ = flag(name)
    container.__doc__ = step.title
    container.__signature__ = Signature([_argument(*pair) for pair in arguments.items()])  # type: ignore[attr-defined]
    made: Callable[..., dsl.PipelineTask] = dsl.container_component(container)
    return made


def _placed(task: dsl.PipelineTask, need: Need) -> dsl.PipelineTask:
    """Our own cache knows better than KFP's what may be reused. GPU pods go where Argo's go."""
    task.set_caching_options(False)
    task.set_cpu_request(need.cpu)
    task.set_memory_request(f"{need.reserved_mib}Mi").set_memory_limit(f"{need.memory_mib}Mi")
    kubernetes.empty_dir_mount(task, "tmp", "/tmp", size_limit=need.scratch)  # noqa: S108
    for name, mount in MAPS.items():
        mount(task, name, f"{ENVIRONMENT}/{name}", optional=True)
    if need.gpus:
        task.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(need.gpus)
        kubernetes.add_node_selector(task, "gpu", "true")
        kubernetes.add_toleration(task, key="nvidia.com/gpu", operator="Exists", effect="NoSchedule")
    return task


def pipeline(function: Callable[..., None], name: str, parameters: tuple[Parameter, ...], **more: Any) -> Any:
    """A pipeline, whole or nested, whose parameters are typed by their contracts; `more` is for `dsl.pipeline`."""
    names = [flag(p.name) for p in parameters]

    def positional(*channels: Any) -> None:
        function(**dict(zip(names, channels, strict=True)))

    arguments = [_argument(flag(p.name), _type(p), p.default) for p in parameters]
    positional.__signature__ = Signature(arguments)  # type: ignore[attr-defined]
    return dsl.pipeline(positional, name=name, **more)


def _argument(name: str, kind: Any, default: str | None = None) -> Argument:
    has_default = default is not None and kind is str
    return Argument(name, Argument.KEYWORD_ONLY, annotation=kind, default=default if has_default else Argument.empty)


def _type(parameter: Parameter) -> Any:
    return TYPES.get(parameter.name, str)
