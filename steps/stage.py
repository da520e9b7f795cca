"""Several steps in one pod, one process (DESIGN §9): what one step gives, the next one finds.

After a cache hit the rest is left out; an express pod stops after `classify` when the document wants the fan-out, and
after `merge` when bad pages have to be rescued in another lane: then only the rescue is left to the fan-out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.errors import PdfParserError
from steps.contracts import CLASSIFY, EXPRESS, MERGE, PARSE_SHARD, SHARD_LISTS, STAGES, WEIGHTS, Stage, Step
from steps.entrypoint import Context, Run, Values, guarded_main, timed


def run_stage(stage: Stage, inputs: Values, context: Context) -> Values:
    known = dict(inputs)
    whole = sum(WEIGHTS[step.name] for step in stage.steps)
    before = 0
    for step in stage.steps:
        weight = WEIGHTS[step.name]
        logger.info("stage {}: {}", stage.name, step.name)
        _run_step(step, known, context.with_progress(context.progress.part(before, weight, whole)))
        before += weight
        if known.get("rescue") != "true":  # else merge is not done yet
            context.progress.part(before, 0, whole).report(1, 1)
        if stage is EXPRESS and _hands_over(step, known, context):
            known["handed-over"] = "true"
            break
        if "true" in (known.get("hit"), known.get("rescue")):
            break
    return known


def _hands_over(step: Step, known: dict[str, str], context: Context) -> bool:
    if step is MERGE and known["rescue"] == "true":
        known.update(dict.fromkeys((p.name for p in SHARD_LISTS), "[]"))
        return True
    return step is CLASSIFY and _wants_fan_out(known, context)


def _run_step(step: Step, known: dict[str, str], context: Context) -> None:
    run = _implementation(step)
    try:
        if step is PARSE_SHARD:
            _run_shards(run, known, context)
        else:
            known.update(run(known, context))
    except PdfParserError as exc:
        exc.step = step.name
        raise


def _run_shards(run: Run, known: Values, context: Context) -> None:
    shards = json.loads(known["cpu-shards"])  # the one lane that is at home in this image
    for done, shard in enumerate(shards):
        part = context.progress.slice(done, len(shards))
        run({**known, "shard": str(shard)}, context.with_progress(part))


def _implementation(step: Step) -> Run:
    """Imported when its turn comes: a cache hit never loads PDFium."""
    return timed(step, cast(Callable[..., Values], import_module(step.module).run))


def _wants_fan_out(known: Values, context: Context) -> bool:
    """Shards of another lane need its image or its slots, and long ones are faster side by side."""
    plan = ShardPlan.model_validate_json(context.store.get(layout.plan(CacheKey.parse(known["cache-key"]))))
    elsewhere = any(shard.lane is not Lane.CPU for shard in plan.shards)
    return elsewhere or sum(shard.estimated_s for shard in plan.shards) > context.settings.express_max_seconds


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m steps run STEP… --flags`: the steps must be those of a stage."""
    argv = list(sys.argv[1:] if argv is None else argv)
    names = [a for a in argv[1:] if not a.startswith("-")]
    stage = next((s for s in STAGES.values() if [step.name for step in s.steps] == names), None)
    if argv[:1] != ["run"] or stage is None:
        stages = "\n".join(f"  run {' '.join(step.name for step in s.steps)}" for s in STAGES.values())
        sys.stderr.write(f"usage: python -m steps run STEP… [--flags]; the stages are\n{stages}\n")
        return 2
    flags = [a for a in argv[1:] if a.startswith("-")]
    found = stage
    return guarded_main(
        found.name, found.inputs, found.outputs, lambda values, context: run_stage(found, values, context), flags
    )
