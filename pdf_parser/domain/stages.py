"""Which steps a pod of the DAG runs and what each is worth, for readers of a run that know no step.

`steps/contracts.py` is the truth for the steps themselves; a test keeps the two equal.
"""

from __future__ import annotations

from pdf_parser.domain.lanes import Lane

PARSE_SHARD = "parse-shard"
MERGE = "merge"

# Percent of the whole run that each step stands for, in the order in which they run.
WEIGHTS: dict[str, int] = {
    "fetch": 4,
    "check-cache": 2,
    "classify": 6,
    PARSE_SHARD: 72,
    MERGE: 6,
    "export-tables": 5,
    "upload": 5,
}

PREPARE = "prepare"
PUBLISH = "publish"
EXPRESS = "express"

# Template of a stage (DESIGN §9) → the steps that its one pod runs.
STAGES: dict[str, tuple[str, ...]] = {
    PREPARE: ("fetch", "check-cache", "classify"),
    PUBLISH: (MERGE, "export-tables", "upload"),
    EXPRESS: tuple(WEIGHTS),
}

RESCUE = "rescue"  # a nested DAG of its own, and an output that says whether it is needed
SHARD_LISTS = tuple(f"{lane.value}-shards" for lane in Lane)
RESCUE_LISTS = tuple(f"{RESCUE}-{lane.value}" for lane in Lane)
_SHARD_TEMPLATES = tuple(f"{PARSE_SHARD}-{lane.value}" for lane in Lane)


def lane_of(template: str) -> str | None:
    """Of a template that parses shards in a lane."""
    return template[len(PARSE_SHARD) + 1 :] if template in _SHARD_TEMPLATES else None


def steps_of(template: str) -> tuple[str, ...]:
    """The steps that a pod of this template runs, in order; empty when the template is not one of ours."""
    if template in _SHARD_TEMPLATES:
        return (PARSE_SHARD,)
    if template in STAGES:
        return STAGES[template]
    return (template,) if template in WEIGHTS else ()
