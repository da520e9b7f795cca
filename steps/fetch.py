"""Download, hash and validate the PDF: everything that is wrong with a file is told here, before any work."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.base import Model
from pdf_parser.domain.known import KnownBytes
from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.errors import ObjectNotFound, Sha256Mismatch
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources import fetch_source
from pdf_parser.utils.guarded_pdf import GuardedPdf
from pdf_parser.utils.scratch import scratch_file
from pdf_parser.utils.secrets import pdf_password
from steps.contracts import FETCH
from steps.entrypoint import Context, Values, step_main
from steps.events import tell_started
from steps.objects import put_model


class Fetched(Model):
    """`request_sha256` is the hash of source and options: the URL itself may be a secret."""

    request_sha256: str
    sha256: str


def run(inputs: Values, context: Context) -> Values:
    """A run fetches once: a later attempt finds the bytes in the store, when a presigned URL may have expired."""
    tell_started(inputs, context)
    note = layout.fetched(inputs["task-id"])
    request = hashlib.sha256(f"{inputs['source']}\n{inputs['options']}".encode()).hexdigest()
    sha256 = _fetched_before(context.store, note, request)
    if sha256 is None:
        sha256 = _fetch(inputs, context)
        put_model(context.store, note, Fetched(request_sha256=request, sha256=sha256))
    return {"sha256": sha256}


def _fetched_before(store: ObjectStore, note: str, request: str) -> str | None:
    """The hash of the bytes, which were validated then; None when they are not in the store."""
    try:
        fetched = Fetched.model_validate_json(store.get(note))
    except (ObjectNotFound, ValidationError):
        return None
    is_there = fetched.request_sha256 == request and store.head(layout.source(fetched.sha256))
    return fetched.sha256 if is_there else None


def _fetch(inputs: Values, context: Context) -> str:
    options = ParseOptions.model_validate_json(inputs["options"])
    with scratch_file() as scratch:
        source = fetch_source(inputs["source"], scratch.file, settings=context.settings, store=context.store)
        if options.sha256 not in (None, source.sha256):
            raise Sha256Mismatch
        scratch.file.flush()
        validate(scratch.path, options, context.settings)
        key = layout.source(source.sha256)
        known = context.store.head(key)
        if known is None or known.size_bytes != source.size_bytes:
            context.store.put_file(key, scratch.path, "application/pdf")
    for name in source.names:
        put_model(context.store, layout.known_bytes(name), KnownBytes(sha256=source.sha256))
    return source.sha256


def validate(path: Path, options: ParseOptions, settings: Settings) -> None:
    """Raises NotAPdf, EncryptedPdf, EmptyPdf, CorruptPdf, TooManyPages or InvalidOptions."""
    pdf = GuardedPdf(path, pdf_password(options.password_ref, settings), settings)
    select_pages(options.pages, pdf.page_count(), settings.max_pages)


if __name__ == "__main__":
    sys.exit(step_main(FETCH, run))
