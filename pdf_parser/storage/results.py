"""Finished results: where that of some bytes and options lies, and whether it is there.

The API asks before it submits anything; `check-cache` asks again and looks closer.
"""

from __future__ import annotations

from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey, fingerprint
from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultManifest
from pdf_parser.errors import ObjectNotFound
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectInfo, ObjectStore


def key_of(sha256: str, options: ParseOptions, settings: Settings) -> CacheKey:
    """Services whose settings shape the output in another way get another key, and so never each other's results."""
    options = options.with_default_parser(settings.default_parser)
    facts = fingerprint(options, settings.image_references(), settings.output_facts())
    return CacheKey(sha256=sha256, fingerprint=facts)


def find_result(
    store: ObjectStore, key: CacheKey, chunking: Chunking, *, untouched: bool = False
) -> ResultManifest | None:
    """The manifest, when it is that of the key, is not partial, and every file that it names is there in its size.

    A result that was split another way, or that lacks what a missing engine would have read, is not complete either:
    its pages are kept, so it is only merged again, and only the pages that were lacking are parsed again.
    With `untouched` no file may be younger than the manifest, which is written last: that is how a file that was
    replaced by one of the same size is found without reading it.
    """
    manifest = read_manifest(store, key)
    if manifest is None or manifest.partial or manifest.missing_parsers or manifest.chunking != chunking:
        return None
    found = {info.key: info for info in store.list(layout.result(key))}
    if layout.publishing(key) in found or not _has_all(manifest, key, found):
        return None
    return None if untouched and _has_younger(manifest, key, found) else manifest


def read_manifest(store: ObjectStore, key: CacheKey) -> ResultManifest | None:
    """None when there is none that can be read, or it is that of another result or without a document."""
    try:
        manifest = ResultManifest.model_validate_json(store.get(layout.manifest(key)))
    except (ObjectNotFound, ValidationError):
        return None
    is_ours = (manifest.sha256, manifest.fingerprint) == (key.sha256, key.fingerprint)
    return manifest if is_ours and any(file.name == layout.DOCUMENT_MD for file in manifest.files) else None


def _has_all(manifest: ResultManifest, key: CacheKey, found: dict[str, ObjectInfo]) -> bool:
    sizes = {name: info.size_bytes for name, info in found.items()}
    return all(sizes.get(layout.result(key, file.name)) == file.size_bytes for file in manifest.files)


def _has_younger(manifest: ResultManifest, key: CacheKey, found: dict[str, ObjectInfo]) -> bool:
    written = found.get(layout.manifest(key))
    files = (found[layout.result(key, file.name)] for file in manifest.files)
    return written is None or any(file.modified_at > written.modified_at for file in files)
