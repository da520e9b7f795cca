"""Look for a finished result of the same bytes and options. Partial and half-written results are no hit.

While another run parses the same document this one waits: a moment here, then as a failed attempt that the engine
repeats after a back-off, which holds no pod (`ParsedElsewhere`).
"""

from __future__ import annotations

import sys
import time

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey, fingerprint
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import TaskPointer
from pdf_parser.errors import ObjectNotFound, ParsedElsewhere
from pdf_parser.storage.base import ObjectStore
from steps.contracts import CHECK_CACHE
from steps.entrypoint import Context, Values, step_main
from steps.lease import take_lease
from steps.objects import put_model, sha256_of

WAIT_S, POLL_S = 2.0, 0.25


def run(inputs: Values, context: Context) -> Values:
    settings, task_id = context.settings, inputs["task-id"]
    options = ParseOptions.model_validate_json(inputs["options"]).with_default_parser(settings.default_parser)
    facts = fingerprint(options, settings.image_references(), settings.output_facts())
    key = CacheKey(sha256=inputs["sha256"], fingerprint=facts)
    hit = not options.force and _hit_or_lease(key, task_id, context)
    key = key.of_run(task_id if options.force else _last_forced_run(context.store, key))
    put_model(context.store, layout.task_pointer(task_id), TaskPointer(cache_key=str(key), hit=hit))
    logger.info("cache {} for {}", "hit" if hit else "miss", key)
    return {
        "hit": "true" if hit else "false",
        "cache-key": str(key),
        "result-key": layout.result(key, layout.DOCUMENT_MD),
    }


def _hit_or_lease(key: CacheKey, task_id: str, context: Context) -> bool:
    """True for a hit, False when this run is to parse. Raises ParsedElsewhere when another still does after WAIT_S."""
    store, chunking = context.store, context.settings.chunking()
    give_up = time.monotonic() + WAIT_S
    while not is_complete(store, key, chunking):
        owner = take_lease(store, key, task_id, context.settings.lease_s)
        if owner is None:
            return is_complete(store, key, chunking)  # it may have been finished between the two questions
        if time.monotonic() >= give_up:
            raise ParsedElsewhere(f"Run {owner} is parsing the same document; its result is waited for.")
        time.sleep(POLL_S)
    return True


def is_complete(store: ObjectStore, key: CacheKey, chunking: Chunking) -> bool:
    """True when the manifest is that of the key, is not partial, and every file that it names is what it says.

    The size tells for tables and figures, of which there may be thousands; other files are read and hashed. A result
    that was split another way, or that lacks what a missing engine would have read, is not complete either: its pages
    are kept, so it is only merged again, and only the pages that were lacking are parsed again.
    """
    manifest = _manifest(store, key)
    if manifest is None or manifest.partial or manifest.missing_parsers or manifest.chunking != chunking:
        return False
    sizes = {info.key: info.size_bytes for info in store.list(layout.result(key))}
    if layout.publishing(key) in sizes:
        return False
    files = {layout.result(key, file.name): file for file in manifest.files}
    if any(sizes.get(name) != file.size_bytes for name, file in files.items()):
        return False
    return all(sha256_of(store, name) == file.sha256 for name, file in files.items() if "/" not in file.name)


def _manifest(store: ObjectStore, key: CacheKey) -> ResultManifest | None:
    """None when there is none that can be read, or it is that of another result or without a document."""
    try:
        manifest = ResultManifest.model_validate_json(store.get(layout.manifest(key)))
    except (ObjectNotFound, ValidationError):
        return None
    is_ours = (manifest.sha256, manifest.fingerprint) == (key.sha256, key.fingerprint)
    return manifest if is_ours and any(file.name == layout.DOCUMENT_MD for file in manifest.files) else None


def _last_forced_run(store: ObjectStore, key: CacheKey) -> str | None:
    """A result that is only to be merged again is made of the pages that it was made of before."""
    manifest = _manifest(store, key)
    return manifest.run if manifest else None


if __name__ == "__main__":
    sys.exit(step_main(CHECK_CACHE, run))
