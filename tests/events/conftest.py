from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from pdf_parser.domain.event import Event, EventData, EventKind, event_of
from pdf_parser.domain.run import RunState, TaskRecord
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
KEY = b"a key that only the two know!"
SECRET = f"whsec_{b64encode(KEY).decode()}"


def event(kind: EventKind, task_id: str = "t1", pages_done: int | None = None) -> Event:
    record = TaskRecord(task_id=task_id, source="s3://b/k", created_at=NOW)
    data = EventData(task_id=task_id, source=record.source, state=RunState.RUNNING, pages_done=pages_done)
    return event_of(kind, record, data, NOW)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def settings_of(**changes: object) -> Settings:
    """With a webhook for all runs, on this machine."""
    told = {"event_webhook_secrets": SECRET, "event_http": True, "event_private_networks": "127.0.0.1"}
    return Settings(_env_file=None, **{"event_webhook_url": "https://h/all", **told, **changes})


@pytest.fixture
def make_settings() -> Callable[..., Settings]:
    return settings_of
