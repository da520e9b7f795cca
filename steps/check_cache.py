"""Look for a finished result of the same bytes and options. Partial and half-written results are no hit."""

from __future__ import annotations

import sys

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey, fingerprint
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import TaskPointer
from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectStore
from steps.contracts import CHECK_CACHE
from steps.entrypoint import Context, Values, step_main
from steps.objects import delete_all, put_model


def run(inputs: Values, context: Context) -> Values:
    settings = context.settings
    options = ParseOptions.model_validate_json(inputs["options"]).with_default_parser(settings.default_parser)
    facts = fingerprint(options, settings.image_references(), settings.output_facts())
    key = CacheKey(sha256=inputs["sha256"], fingerprint=facts)
    if options.force:
        delete_all(context.store, layout.pages(key))
        delete_all(context.store, layout.rescue(key))
    hit = not options.force and is_complete(context.store, key, settings.chunking())
    pointer = TaskPointer(cache_key=str(key), hit=hit)
    put_model(context.store, layout.task_pointer(inputs["task-id"]), pointer)
    logger.info("cache {} for {}", "hit" if hit else "miss", key)
    return {
        "hit": "true" if hit else "false",
        "cache-key": str(key),
        "result-key": layout.result(key, layout.DOCUMENT_MD),
    }


def is_complete(store: ObjectStore, key: CacheKey, chunking: Chunking) -> bool:
    """True when the manifest is there, is readable, is not partial, and every file it names has its size.

    A result that was split another way is not complete either: its pages are kept, so it is only merged again.
    """
    try:
        manifest = ResultManifest.model_validate_json(store.get(layout.manifest(key)))
    except (ObjectNotFound, ValidationError):
        return False
    if manifest.partial or manifest.chunking != chunking:
        return False
    sizes = {info.key: info.size_bytes for info in store.list(layout.result(key))}
    return all(sizes.get(layout.result(key, file.name)) == file.size_bytes for file in manifest.files)


if __name__ == "__main__":
    sys.exit(step_main(CHECK_CACHE, run))
