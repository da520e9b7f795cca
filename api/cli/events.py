"""`pdf-parser events flush | replay TASK_ID`: the outbox by hand, or by a cron where no API runs."""

from __future__ import annotations

import sys
from datetime import datetime, timezone

from pdf_parser.errors import PdfParserError
from pdf_parser.events.courier import make_courier
from pdf_parser.events.outbox import Outbox
from pdf_parser.observability.log import setup_logging
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store


def flush() -> int:
    """Exit code 1 when events are left."""
    settings = Settings()
    setup_logging(settings)
    try:
        done = make_courier(open_store(settings), settings).deliver()
    except PdfParserError as exc:
        return _told(exc)
    sys.stdout.write(f"delivered {len(done.sent)} events, gave up {len(done.buried)}, {done.waiting} are waiting\n")
    return 1 if done.waiting else 0


def replay(task_id: str) -> int:
    settings = Settings()
    setup_logging(settings)
    try:
        events = Outbox(open_store(settings), settings).revive(task_id, datetime.now(timezone.utc))
    except PdfParserError as exc:
        return _told(exc)
    sys.stdout.write(f"{events} events of {task_id} are in the outbox again\n")
    return 0


def _told(exc: PdfParserError) -> int:
    sys.stderr.write(f"{exc.code()}: {exc}\n")
    return exc.exit_code
