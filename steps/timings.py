"""How long each step took, for the manifest: a small file per step, and per shard, that `upload` adds up.

Only a step that ended well leaves one, so a retried step counts with its last attempt. A step that knows its task is
filed there, the others below the cache key; steps that run before the key is known have nowhere else to go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from loguru import logger
from pydantic import NonNegativeFloat, NonNegativeInt

from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.domain.cache import CacheKey
from pdf_parser.errors import StorageUnavailable
from pdf_parser.storage.base import ObjectStore
from steps.contracts import CACHE_KEY, SHARD, TASK_ID, Step
from steps.objects import put_model


class Timing(Model):
    step: str
    shard: NonNegativeInt | None = None
    seconds: NonNegativeFloat


def record_time(store: ObjectStore, step: Step, inputs: Mapping[str, str], seconds: float) -> None:
    """A courtesy: losing it must not lose the document."""
    shard = int(inputs[SHARD.name]) if SHARD in step.inputs else None
    timing = Timing(step=step.name, shard=shard, seconds=round(seconds, 3))
    name = step.name if shard is None else f"{step.name}-{shard:04d}"
    try:
        put_model(store, f"{_folder(step, inputs)}{name}.json", timing)
    except StorageUnavailable as exc:
        logger.warning("the time of {} is not recorded: {}", step.name, exc)


def step_seconds(store: ObjectStore, task_id: str, key: CacheKey, shards: int) -> dict[str, float]:
    """Seconds by step name, those of the plan's shards added up; steps that left no time are missing."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for timing in _timings(store, layout.task_timings(task_id), layout.timings(key)):
        if timing.shard is None or timing.shard < shards:
            seconds[timing.step] += timing.seconds
    return {step: round(total, 3) for step, total in seconds.items()}


def _timings(store: ObjectStore, *folders: str) -> Iterator[Timing]:
    for folder in folders:
        for info in list(store.list(folder)):
            yield Timing.model_validate_json(store.get(info.key))


def _folder(step: Step, inputs: Mapping[str, str]) -> str:
    if TASK_ID in step.inputs:
        return layout.task_timings(inputs[TASK_ID.name])
    return layout.timings(CacheKey.parse(inputs[CACHE_KEY.name]))
