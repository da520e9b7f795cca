"""The DAG, once, in three profiles (DESIGN §9): every step a pod, three stages, or one pod that may hand over.

    full      fetch → check-cache → parse-document: classify → shards → merge → (rescue) → export-tables → upload
    compact   prepare → parse-document: shards → publish → (rescue)
    express   express → parse-document: shards → publish → (rescue), only when the pod handed over
    bulk      as compact, behind all others in every queue

parse-document is a nested DAG behind one `when`, so that a cache hit skips all of it at once. So is rescue: when merge
finds bad pages, it plans shards in other lanes for them, and it is merged again behind those, whatever became of them.
"""

from __future__ import annotations

from hera.workflows import DAG, Container, Parameter, Task, WorkflowTemplate, models as m

from pipelines.argo.hardening import EXECUTOR, POD, STEPS_ACCOUNT, workflow_patch
from pipelines.argo.metrics import run_metrics
from pipelines.argo.stages import exit_handler, stage_template, step_template
from pipelines.resources import BULK, INTERACTIVE, TTL_S, Traffic
from steps import contracts as c

PART_OF = {"app.kubernetes.io/part-of": "pdf-parser"}

TASK_ID = "{{workflow.name}}"
SOURCE = "{{workflow.parameters.source}}"
OPTIONS = "{{workflow.parameters.options}}"
NOT_CACHED = "{{tasks.prepare.outputs.parameters.hit}} == false"
DONE, ENDED = "{0}.Succeeded || {0}.Skipped", "{0}.Succeeded || {0}.Skipped || {0}.Failed || {0}.Errored"
ALL_LANES_DONE = " && ".join(f"({DONE.format(lane)})" for lane in c.LANES)
ALL_LANES_ENDED = " && ".join(f"({ENDED.format(lane)})" for lane in c.LANES)


def full() -> WorkflowTemplate:
    with _workflow("pdf-parse", "every step a pod", INTERACTIVE) as workflow:
        steps = (c.FETCH, c.CHECK_CACHE, c.CLASSIFY, c.MERGE, c.EXPORT_TABLES, c.UPLOAD)
        fetch, check_cache, classify, merge, export_tables, upload = (step_template(s, INTERACTIVE) for s in steps)
        lanes = _lane_templates(INTERACTIVE)
        rescue = _rescue(lanes, merge, {})
        with DAG(name="parse-document", inputs=[Parameter(name="cache-key")]) as parse_document:
            key = "{{inputs.parameters.cache-key}}"
            Task(name="classify", template=classify, arguments={"cache-key": key, "options": OPTIONS})
            _shards(lanes, key, "{{tasks.classify.outputs.parameters.%s-shards}}", depends="classify.Succeeded")
            once = {"cache-key": key, "rescued": "false"}
            Task(name="merge", template=merge, arguments=once, depends=ALL_LANES_DONE)
            _rescue_task(rescue, "merge", key)
            Task(
                name="export-tables",
                template=export_tables,
                arguments={"cache-key": key},
                depends="merge.Succeeded && (rescue.Succeeded || rescue.Skipped)",
            )
            Task(
                name="upload",
                template=upload,
                arguments={"task-id": TASK_ID, "cache-key": key, "options": OPTIONS},
                depends="export-tables.Succeeded",
            )
        with DAG(name="main"):
            Task(name="fetch", template=fetch, arguments={"task-id": TASK_ID, "source": SOURCE, "options": OPTIONS})
            Task(
                name="check-cache",
                template=check_cache,
                arguments={
                    "task-id": TASK_ID,
                    "sha256": "{{tasks.fetch.outputs.parameters.sha256}}",
                    "options": OPTIONS,
                },
                depends="fetch.Succeeded",
            )
            Task(
                name="parse-document",
                template=parse_document,
                arguments={"cache-key": "{{tasks.check-cache.outputs.parameters.cache-key}}"},
                depends="check-cache.Succeeded",
                when="{{tasks.check-cache.outputs.parameters.hit}} == false",
            )
    return workflow


def compact() -> WorkflowTemplate:
    with _workflow("pdf-parse-compact", "prepare, fan-out, publish", INTERACTIVE) as workflow:
        _stages(c.PREPARE, INTERACTIVE, when=NOT_CACHED)
    return workflow


def express() -> WorkflowTemplate:
    with _workflow("pdf-parse-express", "one pod, and a fan-out when that takes long", INTERACTIVE) as workflow:
        _stages(c.EXPRESS, INTERACTIVE, when="{{tasks.express.outputs.parameters.handed-over}} == true")
    return workflow


def bulk() -> WorkflowTemplate:
    """A template of its own: under `templateReferencing: Strict` a submission cannot choose locks or pod priority."""
    with _workflow("pdf-parse-bulk", "prepare, fan-out, publish; behind all uploads", BULK) as workflow:
        _stages(c.PREPARE, BULK, when=NOT_CACHED)
    return workflow


def _stages(first: c.Stage, traffic: Traffic, when: str) -> None:
    """One first pod; the fan-out and one last pod follow only `when` there is something left to parse."""
    first_template, publish = stage_template(first, traffic), stage_template(c.PUBLISH, traffic)
    lanes = _lane_templates(traffic)
    own = {"task-id": TASK_ID, "options": OPTIONS}
    rescue = _rescue(lanes, publish, own)
    handed_on = ("cache-key", *(p.name for p in c.SHARD_LISTS))
    with DAG(name="parse-document", inputs=[Parameter(name=n) for n in handed_on]) as parse_document:
        key = "{{inputs.parameters.cache-key}}"
        _shards(lanes, key, "{{inputs.parameters.%s-shards}}", depends=None)
        Task(
            name="publish",
            template=publish,
            arguments={**own, "cache-key": key, "rescued": "false"},
            depends=ALL_LANES_DONE,
        )
        _rescue_task(rescue, "publish", key)
    with DAG(name="main"):
        Task(
            name=first.name,
            template=first_template,
            arguments={"task-id": TASK_ID, "source": SOURCE, "options": OPTIONS},
        )
        Task(
            name="parse-document",
            template=parse_document,
            arguments={n: f"{{{{tasks.{first.name}.outputs.parameters.{n}}}}}" for n in handed_on},
            depends=f"{first.name}.Succeeded",
            when=when,
        )


def _rescue(lanes: dict[str, Container], last: Container, own: dict[str, str]) -> DAG:
    """The second fan-out, over bad pages alone, and `last` again; a rescue that fails must not fail the run."""
    names = ("cache-key", *(p.name for p in c.RESCUE_LISTS))
    with DAG(name="rescue", inputs=[Parameter(name=name) for name in names]) as dag:
        key = "{{inputs.parameters.cache-key}}"
        _shards(lanes, key, "{{inputs.parameters.rescue-%s}}", depends=None)
        again = {**own, "cache-key": key, "rescued": "true"}
        Task(name=str(last.name), template=last, arguments=again, depends=ALL_LANES_ENDED)
    return dag


def _rescue_task(rescue: DAG, after: str, key: str) -> None:
    given = f"{{{{tasks.{after}.outputs.parameters.%s}}}}"
    Task(
        name="rescue",
        template=rescue,
        arguments={"cache-key": key, **{p.name: given % p.name for p in c.RESCUE_LISTS}},
        depends=f"{after}.Succeeded",
        when=f"{given % c.RESCUE.name} == true",
    )


def _lane_templates(traffic: Traffic) -> dict[str, Container]:
    return {lane: step_template(c.PARSE_SHARD, traffic, f"{c.PARSE_SHARD.name}-{lane}") for lane in c.LANES}


def _shards(lanes: dict[str, Container], key: str, shard_list: str, depends: str | None) -> None:
    """One fan-out per lane; that of a lane without shards is skipped."""
    for lane, template in lanes.items():
        Task(
            name=lane,
            template=template,
            arguments={"cache-key": key, "shard": "{{item}}"},
            with_param=shard_list % lane,
            depends=depends,
        )


def _workflow(name: str, in_words: str, traffic: Traffic) -> WorkflowTemplate:
    workflow = WorkflowTemplate(
        name=name,
        labels=PART_OF,
        annotations={
            "workflows.argoproj.io/title": name,
            "workflows.argoproj.io/description": f"A PDF to Markdown, JSON lines, tables and chunks: {in_words}",
        },
        entrypoint="main",
        on_exit="finish",
        arguments=[
            Parameter(name="source"),
            *(Parameter(name=p.name, value=p.default) for p in (c.OPTIONS, c.CORRELATION_ID, c.TRACEPARENT)),
        ],
        workflow_metadata=m.WorkflowMetadata(labels=PART_OF),
        pod_metadata=m.Metadata(labels=PART_OF),
        priority=traffic.priority,
        pod_priority_class_name=traffic.pod_priority_class,
        active_deadline_seconds=traffic.deadline_s,
        parallelism=traffic.parallelism,
        ttl_strategy=m.TTLStrategy(seconds_after_completion=TTL_S),
        pod_gc=m.PodGC(strategy="OnPodSuccess"),
        service_account_name=STEPS_ACCOUNT,
        automount_service_account_token=False,
        executor=EXECUTOR,
        security_context=POD,
        pod_spec_patch=workflow_patch(),
        metrics=run_metrics(name),
    )
    with workflow:
        exit_handler(
            c.FINISH,
            {
                "task-id": TASK_ID,
                "source": SOURCE,
                "options": OPTIONS,
                "status": "{{workflow.status}}",
                "failures": "{{workflow.failures}}",
            },
        )
    return workflow


PROFILES = {"full": full, "compact": compact, "express": express, "bulk": bulk}
