"""`python -m pdf_parser.split <file.pdf>`: the chunks of a PDF as JSON lines on stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pdf_parser.domain.ledger import PageStatus
from pdf_parser.errors import PdfParserError
from pdf_parser.export.jsonl import chunk_line
from pdf_parser.observability.log import setup_logging
from pdf_parser.parse import parse_file
from pdf_parser.settings import Settings
from pdf_parser.utils.splitter import split_pages


def main(argv: Sequence[str] | None = None) -> int:
    settings = Settings()
    args = argparse.ArgumentParser(prog="python -m pdf_parser.split", description=__doc__)
    args.add_argument("file", type=Path, metavar="file.pdf")
    args.add_argument("--chunk-size", type=int, default=settings.chunk_size, help="tokens (default: CHUNK_SIZE)")
    args.add_argument("--overlap", type=int, default=settings.overlap, help="tokens (default: OVERLAP)")
    args.add_argument("--password")
    chosen = args.parse_args(argv)
    setup_logging(settings.model_copy(update={"log_format": "text", "log_level": "WARNING"}), step="split")
    try:
        return _split(chosen, settings)
    except (PdfParserError, OSError, ValueError) as exc:
        name = exc.code() if isinstance(exc, PdfParserError) else type(exc).__name__
        sys.stderr.write(f"{name}: {exc}\n")
        return exc.exit_code if isinstance(exc, PdfParserError) else 1


def _split(chosen: argparse.Namespace, settings: Settings) -> int:
    """Exit code 1 when a page is missing from the chunks; the pages are named on stderr."""
    pages = parse_file(chosen.file, settings, password=chosen.password)
    sizes = {"chunk_size": chosen.chunk_size, "overlap": chosen.overlap}
    for chunk in split_pages(pages, **sizes, table_rows=settings.chunk_table_rows):
        sys.stdout.write(chunk_line(chunk))
    failed = [page.record for page in pages if page.record.status is PageStatus.FAILED]
    for record in failed:
        sys.stderr.write(f"page {record.page} failed: {record.reason}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
