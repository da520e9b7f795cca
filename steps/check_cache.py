"""Look for a finished result of the same bytes and options. Partial and half-written results are no hit.

While another run parses the same document this one waits: a moment here, then as a failed attempt that the engine
repeats after a back-off, which holds no pod (`ParsedElsewhere`).
"""

from __future__ import annotations

import sys
import time

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.run import TaskPointer
from pdf_parser.errors import ParsedElsewhere
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.results import find_result, key_of, read_manifest
from steps.contracts import CHECK_CACHE
from steps.entrypoint import Context, Values, step_main
from steps.lease import take_lease
from steps.objects import put_model, sha256_of

WAIT_S, POLL_S = 2.0, 0.25


def run(inputs: Values, context: Context) -> Values:
    settings, task_id = context.settings, inputs["task-id"]
    options = ParseOptions.model_validate_json(inputs["options"])
    key = key_of(inputs["sha256"], options, settings)
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
    """True when there is a result and every file of it is what its manifest says.

    The size tells for tables and figures, of which there may be thousands; other files are read and hashed.
    """
    manifest = find_result(store, key, chunking)
    if manifest is None:
        return False
    whole = [file for file in manifest.files if "/" not in file.name]
    return all(sha256_of(store, layout.result(key, file.name)) == file.sha256 for file in whole)


def _last_forced_run(store: ObjectStore, key: CacheKey) -> str | None:
    """A result that is only to be merged again is made of the pages that it was made of before."""
    manifest = read_manifest(store, key)
    return manifest.run if manifest else None


if __name__ == "__main__":
    sys.exit(step_main(CHECK_CACHE, run))
