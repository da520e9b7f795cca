"""Download, hash and validate the PDF: everything that is wrong with a file is told here, before any work."""

from __future__ import annotations

import sys
from pathlib import Path

from pdf_parser.domain import layout
from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import fetch_source
from pdf_parser.utils.guarded_pdf import GuardedPdf
from pdf_parser.utils.scratch import scratch_file
from pdf_parser.utils.secrets import pdf_password
from steps.contracts import FETCH
from steps.entrypoint import Context, Values, step_main


def run(inputs: Values, context: Context) -> Values:
    options = ParseOptions.model_validate_json(inputs["options"])
    with scratch_file() as scratch:
        source = fetch_source(inputs["source"], scratch.file, settings=context.settings, store=context.store)
        scratch.file.flush()
        validate(scratch.path, options, context.settings)
        key = layout.source(source.sha256)
        known = context.store.head(key)
        if known is None or known.size_bytes != source.size_bytes:
            context.store.put_file(key, scratch.path, "application/pdf")
    return {"sha256": source.sha256}


def validate(path: Path, options: ParseOptions, settings: Settings) -> None:
    """Raises NotAPdf, EncryptedPdf, EmptyPdf, CorruptPdf, TooManyPages or InvalidOptions."""
    pdf = GuardedPdf(path, pdf_password(options.password_ref, settings), settings)
    select_pages(options.pages, pdf.page_count(), settings.max_pages)


if __name__ == "__main__":
    sys.exit(step_main(FETCH, run))
