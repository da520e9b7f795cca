"""One Argo template per step or stage, made from its contract."""

from __future__ import annotations

from hera.workflows import Container, EmptyDirVolume, Env, Parameter, Resources, RetryStrategy, models as m

from pipelines.argo.hardening import MAIN, memory_patch
from pipelines.resources import (
    GROWTHS,
    LIMITS,
    LOST_LIMIT,
    NEEDS,
    Need,
    Traffic,
    can_be_mended,
    retry_expression,
    retry_limit,
    semaphore,
)
from steps import contracts
from steps.contracts import Stage, Step

IMAGE = "pdf-parser/{}:0.1.0"
EGRESS_LABEL = "pdf-parser.io/egress"
STEP_LABEL = "app.kubernetes.io/component"
_GPU_TAINT = m.Toleration(key="nvidia.com/gpu", operator="Exists", effect="NoSchedule")


def step_template(step: Step, traffic: Traffic, name: str | None = None) -> Container:
    return _template(
        name or step.name, ["python", "-m", step.module], _flags(step.inputs), step.inputs, step.outputs, traffic
    )


def stage_template(stage: Stage, traffic: Traffic) -> Container:
    args = ["run", *(step.name for step in stage.steps), *_flags(stage.inputs)]
    percent = sum(contracts.WEIGHTS[step.name] for step in stage.steps)
    return _template(
        stage.name,
        ["python", "-m", "steps"],
        args,
        stage.inputs,
        stage.outputs,
        traffic,
        annotations={"workflows.argoproj.io/progress": f"0/{percent}"},
    )


def exit_handler(step: Step, values: dict[str, str]) -> Container:
    """No task supplies its inputs, so `values` stand in the arguments. It must not fail, and is tried again when its
    pod is lost: nobody else tells the end of the run.
    """
    args = [f"--{name}={value}" for name, value in values.items()]
    return _template(step.name, ["python", "-m", step.module], args, (), (), traffic=None)


def _flags(inputs: tuple[contracts.Parameter, ...]) -> list[str]:
    return [f"--{p.name}={{{{inputs.parameters.{p.name}}}}}" for p in inputs]


def _template(
    name: str,
    command: list[str],
    args: list[str],
    inputs: tuple[contracts.Parameter, ...],
    outputs: tuple[contracts.Parameter, ...],
    traffic: Traffic | None,
    annotations: dict[str, str] | None = None,
) -> Container:
    """Without `traffic` it stands in no queue, and another attempt is no different from the first."""
    need = NEEDS[name]
    slots = semaphore(need, traffic) if traffic else None
    return Container(
        name=name,
        labels={STEP_LABEL: name, EGRESS_LABEL: need.egress},
        annotations=annotations,
        image=IMAGE.format(need.image),
        command=command,
        args=[*args, *(f"--out-{p.name}={{{{outputs.parameters.{p.name}.path}}}}" for p in outputs)],
        inputs=[Parameter(name=p.name) for p in inputs],
        outputs=[
            Parameter(name=p.name, value_from=m.ValueFrom(path=f"/tmp/outputs/{p.name}")) for p in outputs  # noqa: S108
        ],
        env=[*_run(), *(_attempt() if traffic else ())],
        env_from=[
            m.EnvFromSource(config_map_ref=m.ConfigMapEnvSource(name="pdf-parser-config", optional=True)),
            m.EnvFromSource(secret_ref=m.SecretEnvSource(name="pdf-parser-secrets", optional=True)),
        ],
        volumes=[EmptyDirVolume(name="tmp", mount_path="/tmp", size_limit=m.Quantity(root=need.scratch))],  # noqa: S108
        security_context=MAIN,
        resources=Resources(
            cpu_request=need.cpu,
            memory_request=f"{need.reserved_mib}Mi",
            memory_limit=f"{need.memory_mib}Mi",
            gpus=need.gpus or None,
        ),
        pod_spec_patch=memory_patch(need) if traffic else None,
        active_deadline_seconds=need.deadline_s,
        retry_strategy=_retry_strategy(need, traffic) if traffic else _tried_again(LOST_LIMIT, can_be_mended()),
        node_selector={"gpu": "true"} if need.gpus else None,
        tolerations=[_GPU_TAINT] if need.gpus else None,
        synchronization=_slot(slots) if slots else None,
    )


def _run() -> list[Env]:
    """Whose run it is: on every log line and event of the step."""
    values = {
        "task_id": "{{workflow.name}}",
        "correlation_id": f"{{{{workflow.parameters.{contracts.CORRELATION_ID.name}}}}}",
        "traceparent": f"{{{{workflow.parameters.{contracts.TRACEPARENT.name}}}}}",
    }
    return [Env(name=variable, value=values[name]) for name, variable in contracts.RUN_VARIABLES.items()]


def _attempt() -> list[Env]:
    """Tells a step how much memory it has grown to, from 0, and how far that goes: then it must do with less.

    Bulk pods may be tried more often than that, because they are preempted; it counts as the last attempt then.
    """
    number = f"{{{{=int(min(int(retries), {GROWTHS}))}}}}"
    return [Env(name="STEP_ATTEMPT", value=number), Env(name="STEP_RETRY_LIMIT", value=str(GROWTHS))]


def _retry_strategy(need: Need, traffic: Traffic) -> RetryStrategy:
    return _tried_again(retry_limit(need, traffic), retry_expression(need, traffic))


def _tried_again(limit: int, expression: str) -> RetryStrategy:
    """The slot of a semaphore is held across the back-off (research/argo.md §0.10)."""
    back = contracts.RETRY_BACKOFF
    return RetryStrategy(
        limit=str(limit),
        retry_policy="Always",
        expression=expression,
        backoff=m.Backoff(
            duration=f"{back.first_s}s", factor=m.IntOrString(root=str(back.factor)), cap=f"{back.most_s}s"
        ),
    )


def _slot(key: str) -> m.Synchronization:
    return m.Synchronization(
        semaphores=[m.SemaphoreRef(config_map_key_ref=m.ConfigMapKeySelector(name=LIMITS, key=key))]
    )
