"""The record of the run that a step belongs to."""

from __future__ import annotations

from datetime import datetime, timezone

from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.run import TaskRecord
from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources import redact_url
from steps.entrypoint import Values


def find_record(store: ObjectStore, task_id: str) -> TaskRecord | None:
    try:
        return TaskRecord.model_validate_json(store.get(layout.task(task_id)))
    except (ObjectNotFound, ValidationError):
        return None


def record_of(inputs: Values, store: ObjectStore) -> TaskRecord:
    """That of the API, or a new one: scheduled and hand-made runs have none before they end."""
    task_id, source = inputs["task-id"], redact_url(inputs["source"])
    return find_record(store, task_id) or TaskRecord(
        task_id=task_id,
        source=source,
        source_is_complete=source == inputs["source"],
        options=ParseOptions.model_validate_json(inputs["options"]),
        created_at=datetime.now(timezone.utc),
    )
