"""Download, hash and validate the PDF: everything that is wrong with a file is told here, before any work."""

from __future__ import annotations

import sys
from pathlib import Path

from pdf_parser.domain import layout
from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.errors import CorruptPdf, NotAPdf
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import fetch_source
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, call
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
    from pdf_parser.utils.pdf import has_pdf_header, open_pdf

    with path.open("rb") as file:
        if not has_pdf_header(file.read(1024)):
            raise NotAPdf
    password = pdf_password(options.password_ref, settings)

    def count_pages() -> bytes:
        with open_pdf(path, password) as pdf:
            return str(len(pdf)).encode()

    limits = Limits(
        memory_bytes=int(settings.parser_memory_bytes),
        silence_s=settings.page_timeout_s,
        cpu_s=round(settings.page_timeout_s),
    )
    try:
        page_count = int(call(count_pages, limits))
    except (ChildDied, ChildSilent) as exc:
        raise CorruptPdf(f"{CorruptPdf.default_message()} (PDFium gave up on it: {exc or 'no answer'})") from exc
    select_pages(options.pages, page_count, settings.max_pages)


if __name__ == "__main__":
    sys.exit(step_main(FETCH, run))
