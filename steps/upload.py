"""Publish the result: every file to its final key, the manifest last. Its existence means done."""

from __future__ import annotations

import hashlib
import platform
import sys
import time
from datetime import datetime, timezone
from importlib.metadata import version

from pdf_parser.domain import layout
from pdf_parser.domain.cache import SCHEMA_VERSION, CacheKey
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultFile, ResultManifest
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.errors import StepOutputMissing
from pdf_parser.storage.base import ObjectStore
from steps.contracts import UPLOAD
from steps.entrypoint import Context, Values, step_main
from steps.objects import put_model
from steps.timings import step_seconds

_PIECE = 1 << 20


def run(inputs: Values, context: Context) -> Values:
    started = time.monotonic()
    key = CacheKey.parse(inputs["cache-key"])
    context.store.delete(layout.manifest(key))  # from here until the end the result counts as unfinished
    files = _publish(context.store, key)
    if not any(file.name == layout.DOCUMENT_MD for file in files):
        raise StepOutputMissing("merge left no document.md. Retry the run.")
    _delete_others(context.store, key, files)
    summary = MergeSummary.model_validate_json(context.store.get(layout.summary(key)))
    timings = _timings(inputs["task-id"], key, summary, context.store)
    timings[UPLOAD.name] = round(time.monotonic() - started, 3)
    manifest = _manifest(inputs, key, summary, files, timings, context)
    put_model(context.store, layout.manifest(key), manifest)
    return {"result-key": layout.result(key, layout.DOCUMENT_MD)}


def _publish(store: ObjectStore, key: CacheKey) -> list[ResultFile]:
    prefix = layout.draft(key)
    files = []
    for info in list(store.list(prefix)):
        name = info.key[len(prefix) :]
        store.copy(info.key, layout.result(key, name))
        files.append(ResultFile(name=name, size_bytes=info.size_bytes, sha256=_sha256(store, info.key)))
    return files


def _delete_others(store: ObjectStore, key: CacheKey, files: list[ResultFile]) -> None:
    """What an earlier result had and this one has not; only now, so that no reader meets an empty folder."""
    kept = {layout.result(key, file.name) for file in files}
    for info in list(store.list(layout.result(key))):
        if info.key not in kept:
            store.delete(info.key)


def _sha256(store: ObjectStore, key: str) -> str:
    digest = hashlib.sha256()
    with store.open(key) as body:
        while piece := body.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _timings(task_id: str, key: CacheKey, summary: MergeSummary, store: ObjectStore) -> dict[str, float]:
    shards = len(ShardPlan.model_validate_json(store.get(layout.plan(key))).shards)
    return {**step_seconds(store, task_id, key, shards), "parser": summary.parse_ms / 1000}


def _manifest(
    inputs: Values,
    key: CacheKey,
    summary: MergeSummary,
    files: list[ResultFile],
    timings: dict[str, float],
    context: Context,
) -> ResultManifest:
    source = context.store.head(layout.source(key.sha256))
    return ResultManifest(
        schema_version=SCHEMA_VERSION,
        task_id=inputs["task-id"],
        sha256=key.sha256,
        source_size_bytes=source.size_bytes if source else None,
        fingerprint=key.fingerprint,
        options=ParseOptions.model_validate_json(inputs["options"]),
        images=context.settings.image_references(),
        output=context.settings.output_facts(),
        chunking=summary.chunking,
        page_count=summary.page_count,
        pages=summary.pages,
        pages_by_parser=summary.pages_by_parser,
        tried=summary.tried,
        gpu_memory_bytes=summary.gpu_memory_bytes,
        tables=summary.tables,
        figures=summary.figures,
        chunks=summary.chunks,
        partial=bool(summary.failed_pages),
        failed_pages=summary.failed_pages,
        files=tuple(files),
        versions={"pdf-parser": version("pdf-parser"), "python": platform.python_version(), **summary.parser_versions},
        timings_s=timings,
        created_at=datetime.now(timezone.utc),
    )


if __name__ == "__main__":
    sys.exit(step_main(UPLOAD, run))
