"""Who parses a document, so that two uploads of the same bytes at the same moment do the work once."""

from __future__ import annotations

from datetime import datetime

from pdf_parser.domain.base import Model


class Lease(Model):
    task_id: str
    taken_at: datetime
