"""Publish the result: every file to its final key, the manifest last. Its existence means done."""

from __future__ import annotations

import platform
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from importlib.metadata import version

from pdf_parser.domain import layout
from pdf_parser.domain.cache import SCHEMA_VERSION, CacheKey
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.rescue import RescuePlan
from pdf_parser.domain.result import ResultFile, ResultManifest
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.errors import ObjectNotFound, StepOutputMissing, StorageUnavailable
from pdf_parser.storage.base import ObjectStore
from steps.contracts import UPLOAD
from steps.entrypoint import Context, Values, step_main
from steps.objects import put_model, sha256_of
from steps.timings import step_seconds

_TRIES = 5
_PAUSE_S = (0.2, 2.0)


def run(inputs: Values, context: Context) -> Values:
    started = time.monotonic()
    key = CacheKey.parse(inputs["cache-key"])
    files = _drafts(context.store, key)
    if not any(file.name == layout.DOCUMENT_MD for file in files):
        raise StepOutputMissing("merge left no document.md. Retry the run.")
    summary = MergeSummary.model_validate_json(context.store.get(layout.summary(key)))
    timings = _timings(inputs["task-id"], key, summary, context.store)

    def write_manifest() -> None:
        timings[UPLOAD.name] = round(time.monotonic() - started, 3)
        manifest = _manifest(inputs, key, summary, files, timings, context)
        put_model(context.store, layout.manifest(key), manifest)

    _publish(inputs["task-id"], key, files, write_manifest, context.store)
    return {"result-key": layout.result(key, layout.DOCUMENT_MD)}


def _drafts(store: ObjectStore, key: CacheKey) -> list[ResultFile]:
    prefix = layout.draft(key)
    return [
        ResultFile(name=info.key[len(prefix) :], size_bytes=info.size_bytes, sha256=sha256_of(store, info.key))
        for info in list(store.list(prefix))
    ]


def _publish(
    task_id: str, key: CacheKey, files: list[ResultFile], write_manifest: Callable[[], None], store: ObjectStore
) -> None:
    """Every file to its place, the manifest last.

    An old manifest stays until the new one takes its place, so that its readers always find a result, if for a moment
    one of old and new files. The mark tells `check-cache` about that moment, and other publishers of the same
    result, which a forced run may meet: who no longer finds its own mark at the end begins again, so that whoever is
    the last has written all files of its manifest after everybody else.
    """
    mark = layout.publishing(key)
    for _ in range(_TRIES):
        store.put(mark, task_id.encode(), "text/plain")
        for file in files:
            store.copy(layout.draft(key, file.name), layout.result(key, file.name))
        _delete_others(store, key, files)
        write_manifest()
        if _is_own(mark, task_id, store):
            return store.delete(mark)
        time.sleep(random.uniform(*_PAUSE_S))  # noqa: S311 (no secret)
    raise StorageUnavailable(f"Other runs keep replacing {layout.result(key)}. The step is tried again.")


def _is_own(mark: str, task_id: str, store: ObjectStore) -> bool:
    try:
        return store.get(mark) == task_id.encode()
    except ObjectNotFound:
        return False


def _delete_others(store: ObjectStore, key: CacheKey, files: list[ResultFile]) -> None:
    """What an earlier result had and this one has not; only now, so that no reader meets an empty folder."""
    kept = {layout.manifest(key), layout.publishing(key), *(layout.result(key, file.name) for file in files)}
    for info in list(store.list(layout.result(key))):
        if info.key not in kept:
            store.delete(info.key)


def _timings(task_id: str, key: CacheKey, summary: MergeSummary, store: ObjectStore) -> dict[str, float]:
    shards = len(ShardPlan.model_validate_json(store.get(layout.plan(key))).shards) + _rescue_shards(store, key)
    return {**step_seconds(store, task_id, key, shards), "parser": summary.parse_ms / 1000}


def _rescue_shards(store: ObjectStore, key: CacheKey) -> int:
    try:
        return len(RescuePlan.model_validate_json(store.get(layout.rescue_plan(key))).shards)
    except ObjectNotFound:
        return 0


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
        missing_parsers=summary.missing_parsers,
        run=key.run,
        files=tuple(files),
        versions={"pdf-parser": version("pdf-parser"), "python": platform.python_version(), **summary.parser_versions},
        timings_s=timings,
        created_at=datetime.now(timezone.utc),
    )


if __name__ == "__main__":
    sys.exit(step_main(UPLOAD, run))
