"""The DAG of pipelines/argo/dag.py, profile full, once more in KFP's words; a test keeps the two equal.

    fetch → check-cache → (miss) parse-document: classify → lanes → merge → rescue → export-tables → upload
    on exit: finish

Each fan-out, and what stands behind a `dsl.If`, is a pipeline of its own: nothing outside may depend on a task inside
(kfp#10050), but everything may depend on the pipeline as a whole.
"""

from __future__ import annotations

from typing import Any

from kfp import dsl

from pipelines.kubeflow.components import Make, exit_task, flag, pipeline, step_task
from pipelines.resources import INTERACTIVE, TTL_S
from steps import contracts as c

NAME = "pdf-parse"
DESCRIPTION = "A PDF to Markdown, JSON lines, tables and chunks: every step a pod"
OWN = (c.TASK_ID, c.CACHE_KEY)


def whole() -> Any:
    fetch, check_cache = step_task(c.FETCH, INTERACTIVE), step_task(c.CHECK_CACHE, INTERACTIVE)
    finish, parse_document = exit_task(c.FINISH), _parse_document()
    config = dsl.PipelineConfig(ttl_seconds_after_finished=TTL_S, active_deadline_seconds=INTERACTIVE.deadline_s)

    def pdf_parse(task_id: Any, source: Any, options: Any) -> None:
        own = {"task_id": task_id, "options": options}
        with dsl.ExitHandler(finish(**own, source=source, status="Unknown", failures="[]"), name="run"):
            fetched = fetch(**own, source=source)
            cached = check_cache(**own, sha256=fetched.outputs["out_sha256"])
            with dsl.If(cached.outputs["out_hit"] == "false", name="miss"):
                parse_document(**own, cache_key=cached.outputs["out_cache_key"])

    return pipeline(pdf_parse, NAME, (c.TASK_ID, c.SOURCE, c.OPTIONS), description=DESCRIPTION, pipeline_config=config)


def _parse_document() -> Any:
    steps = (c.CLASSIFY, c.MERGE, c.EXPORT_TABLES, c.UPLOAD)
    classify, merge, export_tables, upload = (step_task(step, INTERACTIVE) for step in steps)
    lanes, rescue = _lanes("lanes"), _rescue(merge)

    def parse_document(task_id: Any, cache_key: Any, options: Any) -> None:
        own = {"task_id": task_id, "cache_key": cache_key}
        plan = classify(**own, options=options)
        parsed = lanes(**own, **_given(plan, c.SHARD_LISTS))
        merged = merge(**own, rescued="false").after(parsed)
        rescued = rescue(**own, **_given(merged, (c.RESCUE, *c.RESCUE_LISTS)))
        exported = export_tables(**own).after(rescued)
        upload(**own, options=options).after(exported)

    return pipeline(parse_document, "parse-document", (*OWN, c.OPTIONS))


def _rescue(merge: Make) -> Any:
    """The second fan-out, over bad pages alone, and merge again; absent when merge has found none."""
    lanes = _lanes("rescue-lanes", forgive=True)

    def rescue(task_id: Any, cache_key: Any, rescue: Any, **lists: Any) -> None:
        own = {"task_id": task_id, "cache_key": cache_key}
        planned = {flag(s.name): lists[flag(r.name)] for s, r in zip(c.SHARD_LISTS, c.RESCUE_LISTS, strict=True)}
        with dsl.If(rescue == "true", name="bad-pages"):
            parsed = lanes(**own, **planned)
            merge(**own, rescued="true").after(parsed)

    return pipeline(rescue, "rescue", (*OWN, c.RESCUE, *c.RESCUE_LISTS))


def _lanes(name: str, forgive: bool = False) -> Any:
    """One fan-out per lane over its shards."""
    parse = {p.name: _lane(lane, forgive) for lane, p in zip(c.LANES, c.SHARD_LISTS, strict=True)}

    def lanes(task_id: Any, cache_key: Any, **lists: Any) -> None:
        for shards, parse_shard in parse.items():
            with dsl.ParallelFor(lists[flag(shards)], parallelism=INTERACTIVE.parallelism) as shard:
                parse_shard(task_id=task_id, cache_key=cache_key, shard=shard)

    return pipeline(lanes, name, (*OWN, *c.SHARD_LISTS))


def _lane(lane: str, forgive: bool) -> Make:
    return step_task(c.PARSE_SHARD, INTERACTIVE, f"{c.PARSE_SHARD.name}-{lane}", forgive)


def _given(task: dsl.PipelineTask, outputs: tuple[c.Parameter, ...]) -> dict[str, Any]:
    return {flag(p.name): task.outputs[f"out_{flag(p.name)}"] for p in outputs}
