"""One Argo template per step or stage, made from its contract."""

from __future__ import annotations

from hera.workflows import Container, EmptyDirVolume, Parameter, Resources, RetryStrategy, models as m

from pipelines.resources import GPU_SEMAPHORE, NEEDS, retry_expression, retry_limit
from steps import contracts
from steps.contracts import Stage, Step

STEPS_IMAGE = "pdf-parser/steps:0.1.0"
GPU_IMAGE = "pdf-parser/parser-gpu:0.1.0"
_GPU_TAINT = m.Toleration(key="nvidia.com/gpu", operator="Exists", effect="NoSchedule")


def step_template(step: Step, name: str | None = None) -> Container:
    return _template(
        name or step.name,
        ["python", "-m", step.module],
        _flags(step.inputs),
        step.inputs,
        step.outputs,
        retry_strategy=_retry_strategy(name or step.name),
    )


def stage_template(stage: Stage) -> Container:
    args = ["run", *(step.name for step in stage.steps), *_flags(stage.inputs)]
    return _template(
        stage.name,
        ["python", "-m", "steps"],
        args,
        stage.inputs,
        stage.outputs,
        retry_strategy=_retry_strategy(stage.name),
    )


def exit_handler(step: Step, values: dict[str, str]) -> Container:
    """No task supplies its inputs, so `values` stand in the arguments; it is not retried and must not fail."""
    return _template(
        step.name, ["python", "-m", step.module], [f"--{name}={value}" for name, value in values.items()], (), ()
    )


def _flags(inputs: tuple[contracts.Parameter, ...]) -> list[str]:
    return [f"--{p.name}={{{{inputs.parameters.{p.name}}}}}" for p in inputs]


def _template(
    name: str,
    command: list[str],
    args: list[str],
    inputs: tuple[contracts.Parameter, ...],
    outputs: tuple[contracts.Parameter, ...],
    retry_strategy: RetryStrategy | None = None,
) -> Container:
    need = NEEDS[name]
    return Container(
        name=name,
        image=GPU_IMAGE if need.gpus else STEPS_IMAGE,
        command=command,
        args=[
            *args,
            *(f"--out-{p.name}={{{{outputs.parameters.{p.name}.path}}}}" for p in outputs),
        ],
        inputs=[Parameter(name=p.name) for p in inputs],
        outputs=[
            Parameter(name=p.name, value_from=m.ValueFrom(path=f"/tmp/outputs/{p.name}")) for p in outputs  # noqa: S108
        ],
        env_from=[
            m.EnvFromSource(config_map_ref=m.ConfigMapEnvSource(name="pdf-parser-config", optional=True)),
            m.EnvFromSource(secret_ref=m.SecretEnvSource(name="pdf-parser-secrets", optional=True)),
        ],
        volumes=[EmptyDirVolume(name="tmp", mount_path="/tmp", size_limit=m.Quantity(root=need.scratch))],  # noqa: S108
        resources=Resources(
            cpu_request=need.cpu, memory_request=need.memory, memory_limit=need.memory, gpus=need.gpus or None
        ),
        active_deadline_seconds=need.deadline_s,
        retry_strategy=retry_strategy,
        node_selector={"gpu": "true"} if need.gpus else None,
        tolerations=[_GPU_TAINT] if need.gpus else None,
        synchronization=_gpu_slot() if need.gpus else None,
    )


def _retry_strategy(name: str) -> RetryStrategy:
    """Short back-off: a semaphore slot is held across it (research/argo.md §0.10)."""
    return RetryStrategy(
        limit=str(retry_limit(name)),
        retry_policy="Always",
        expression=retry_expression(name),
        backoff=m.Backoff(duration="2s", factor=m.IntOrString(root="2"), cap="30s"),
    )


def _gpu_slot() -> m.Synchronization:
    config_map, key = GPU_SEMAPHORE
    return m.Synchronization(
        semaphores=[m.SemaphoreRef(config_map_key_ref=m.ConfigMapKeySelector(name=config_map, key=key))]
    )
