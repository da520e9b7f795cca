"""Publish the result: every file to its final key, the manifest last. Its existence means done."""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime, timezone
from importlib.metadata import version

from pdf_parser.domain import layout
from pdf_parser.domain.cache import SCHEMA_VERSION, CacheKey
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultFile, ResultManifest
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.errors import StepOutputMissing
from pdf_parser.storage.base import ObjectStore
from steps.contracts import UPLOAD
from steps.entrypoint import Context, Values, step_main
from steps.objects import delete_all, put_model

_PIECE = 1 << 20


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    options = ParseOptions.model_validate_json(inputs["options"])
    context.store.delete(layout.manifest(key))  # from here until the end the result counts as unfinished
    delete_all(context.store, layout.result(key))
    files = _publish(context.store, key)
    if not any(file.name == layout.DOCUMENT_MD for file in files):
        raise StepOutputMissing("merge left no document.md. Retry the run.")
    manifest = _manifest(inputs["task-id"], key, options, files, context.store)
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


def _sha256(store: ObjectStore, key: str) -> str:
    digest = hashlib.sha256()
    with store.open(key) as body:
        while piece := body.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _manifest(
    task_id: str, key: CacheKey, options: ParseOptions, files: list[ResultFile], store: ObjectStore
) -> ResultManifest:
    summary = MergeSummary.model_validate_json(store.get(layout.summary(key)))
    return ResultManifest(
        schema_version=SCHEMA_VERSION,
        task_id=task_id,
        sha256=key.sha256,
        fingerprint=key.fingerprint,
        options=options,
        page_count=summary.page_count,
        pages=summary.pages,
        pages_by_parser=summary.pages_by_parser,
        tables=summary.tables,
        chunks=summary.chunks,
        partial=bool(summary.failed_pages),
        failed_pages=summary.failed_pages,
        files=tuple(files),
        versions={"pdf-parser": version("pdf-parser"), **summary.parser_versions},
        timings_s={"parse": summary.parse_ms / 1000},
        created_at=datetime.now(timezone.utc),
    )


if __name__ == "__main__":
    sys.exit(step_main(UPLOAD, run))
