"""`pdf-parser cleanup --older-than 3d`: frees what finished and lost runs have left in the store."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone

from pdf_parser.errors import PdfParserError
from pdf_parser.observability.log import setup_logging
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.cleanup import clean_work


def cleanup(older_than: timedelta, dry_run: bool) -> int:
    settings = Settings()
    setup_logging(settings)
    try:
        done = clean_work(open_store(settings), datetime.now(timezone.utc) - older_than, dry_run)
    except PdfParserError as exc:
        sys.stderr.write(f"{exc.code()}: {exc}\n")
        return exc.exit_code
    verb = "would free" if dry_run else "freed"
    sys.stdout.write(f"{verb} {done.size_bytes} bytes: {done.objects} objects in {done.folders} folders of work/\n")
    return 0
