"""Shared data: what each step takes and gives. Argparse flags, Hera templates and the docs table all come from here.

Only the standard library is imported. A parameter is a short string; documents travel through the object store.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    name: str
    help: str
    default: str | None = None


@dataclass(frozen=True)
class Step:
    """One node of the DAG: `python -m <module> --<input>=… --out-<output>=PATH`."""

    name: str
    module: str
    title: str
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...] = ()


TASK_ID = Parameter("task-id", "workflow name; also the name of the record under tasks/")
SOURCE = Parameter("source", "s3://, https:// or file:// URL of the PDF")
OPTIONS = Parameter("options", "ParseOptions as JSON", default="{}")
SHA256 = Parameter("sha256", "hash of the PDF's bytes")
CACHE_KEY = Parameter("cache-key", "<sha256>-<fingerprint>, names the work folder and the result")
HIT = Parameter("hit", "true when a finished result was found", default="false")
RESULT_KEY = Parameter("result-key", "key of document.md in the store", default="")
LANES = ("cpu", "gpu", "docling", "marker", "ocr", "vlm")
SHARD_LISTS = tuple(
    Parameter(f"{lane}-shards", f"JSON list of shard indices for the lane {lane}", default="[]") for lane in LANES
)
RESCUE = Parameter("rescue", "true when bad pages wait for parsers of other lanes", default="false")
RESCUE_LISTS = tuple(
    Parameter(f"rescue-{lane}", f"JSON list of shard indices of the rescue for the lane {lane}", default="[]")
    for lane in LANES
)
RESCUED = Parameter("rescued", "true when the rescue has been: what is bad now stays so", default="false")
SHARD = Parameter("shard", "index into the plan")
HANDED_OVER = Parameter("handed-over", "true when the express pod leaves parsing to the fan-out", default="false")

# What every step finds in its environment: the workflow's name, and who asked for the run (X-Request-ID, its trace).
CORRELATION_ID = Parameter("correlation-id", "X-Request-ID of the upload", default="")
TRACEPARENT = Parameter("traceparent", "trace of the upload, as in W3C Trace Context", default="")
RUN_VARIABLES = {
    "task_id": "PDF_PARSER_TASK_ID",
    "correlation_id": "PDF_PARSER_CORRELATION_ID",
    "traceparent": "TRACEPARENT",
}

FETCH = Step(
    "fetch", "steps.fetch", "Download, hash and validate the PDF", inputs=(TASK_ID, SOURCE, OPTIONS), outputs=(SHA256,)
)
CHECK_CACHE = Step(
    "check-cache",
    "steps.check_cache",
    "Look for a finished result of the same bytes and options",
    inputs=(TASK_ID, SHA256, OPTIONS),
    outputs=(HIT, CACHE_KEY, RESULT_KEY),
)
CLASSIFY = Step(
    "classify",
    "steps.classify",
    "Profile the pages and plan the shards",
    inputs=(CACHE_KEY, OPTIONS),
    outputs=SHARD_LISTS,
)
PARSE_SHARD = Step("parse-shard", "steps.parse_shard", "Parse the pages of one shard", inputs=(CACHE_KEY, SHARD))
MERGE = Step(
    "merge",
    "steps.merge",
    "Fold the pages into one document and check the ledger, or plan the rescue of bad pages first",
    inputs=(CACHE_KEY, RESCUED),
    outputs=(RESCUE, *RESCUE_LISTS),
)
EXPORT_TABLES = Step(
    "export-tables", "steps.export_tables", "Write every table in every form, and their index", inputs=(CACHE_KEY,)
)
UPLOAD = Step(
    "upload",
    "steps.upload",
    "Publish the result, manifest last",
    inputs=(TASK_ID, CACHE_KEY, OPTIONS),
    outputs=(RESULT_KEY,),
)
FINISH = Step(
    "finish",
    "steps.finish",
    "Write the task record; never fails",
    inputs=(
        TASK_ID,
        SOURCE,
        OPTIONS,
        Parameter("status", "phase of the workflow: Succeeded, Failed or Error; Unknown: see the store"),
        Parameter("failures", "failed nodes as Argo's doubly encoded JSON", default="[]"),
    ),
)


@dataclass(frozen=True)
class Backoff:
    """Seconds between attempts, and how many times longer each is than the one before."""

    first_s: int
    factor: int
    most_s: int


RETRY_BACKOFF = Backoff(first_s=2, factor=2, most_s=30)  # short: a semaphore's slot is held across it

STEPS: tuple[Step, ...] = (FETCH, CHECK_CACHE, CLASSIFY, PARSE_SHARD, MERGE, EXPORT_TABLES, UPLOAD, FINISH)
BY_NAME: dict[str, Step] = {step.name: step for step in STEPS}


@dataclass(frozen=True)
class Stage:
    """Steps that run one after the other in one pod: `python -m steps run fetch check-cache …` (DESIGN §9)."""

    name: str
    title: str
    steps: tuple[Step, ...]
    outputs: tuple[Parameter, ...]
    found: tuple[Parameter, ...] = ()

    @property
    def inputs(self) -> tuple[Parameter, ...]:
        """What the first steps need and no earlier step of the stage gives, nor the runner itself (`found`)."""
        given = {p.name for p in self.found}
        needed: dict[str, Parameter] = {}
        for step in self.steps:
            needed.update({p.name: p for p in step.inputs if p.name not in given})
            given.update(p.name for p in step.outputs)
        return tuple(needed.values())


PREPARE = Stage(
    "prepare",
    "Fetch, check the cache, plan the shards",
    (FETCH, CHECK_CACHE, CLASSIFY),
    outputs=(HIT, CACHE_KEY, RESULT_KEY, *SHARD_LISTS),
)
PUBLISH = Stage(
    "publish",
    "Merge, export tables, upload; or only plan the rescue of bad pages",
    (MERGE, EXPORT_TABLES, UPLOAD),
    outputs=(RESULT_KEY, RESCUE, *RESCUE_LISTS),
)
EXPRESS = Stage(
    "express",
    "All steps in one pod",
    (FETCH, CHECK_CACHE, CLASSIFY, PARSE_SHARD, MERGE, EXPORT_TABLES, UPLOAD),
    outputs=(HIT, CACHE_KEY, RESULT_KEY, HANDED_OVER, *SHARD_LISTS),
    found=(SHARD, RESCUED),
)
STAGES: dict[str, Stage] = {stage.name: stage for stage in (PREPARE, PUBLISH, EXPRESS)}

# Share of the whole run, in percent, that each step stands for in `/status` and in a stage's own progress.
WEIGHTS: dict[str, int] = {
    "fetch": 4,
    "check-cache": 2,
    "classify": 6,
    "parse-shard": 72,
    "merge": 6,
    "export-tables": 5,
    "upload": 5,
}
