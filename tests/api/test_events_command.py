"""`pdf-parser events`: what waits is delivered, what was given up is sent again."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from api.cli.main import main
from pdf_parser.domain.event import EventKind
from pdf_parser.events.outbox import Outbox
from pdf_parser.storage.folder import FolderStore
from tests.e2e.receiver import Receiver
from tests.events.conftest import SECRET, event, settings_of


@pytest.fixture
def outbox(tmp_path, monkeypatch):
    for name, value in {"STORE_URL": tmp_path.as_uri(), "EVENT_WEBHOOK_SECRETS": SECRET, "EVENT_HTTP": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("EVENT_PRIVATE_NETWORKS", "127.0.0.1")
    outbox = Outbox(FolderStore(tmp_path), settings_of())
    outbox.put(event(EventKind.STARTED), datetime.now(timezone.utc))
    return outbox


def test_flush_delivers_what_waits(outbox, monkeypatch, capsys):
    with Receiver() as receiver:
        monkeypatch.setenv("EVENT_WEBHOOK_URL", receiver.url)
        assert main(["events", "flush"]) == 0
    assert receiver.kinds == ["started"] and "delivered 1 events" in capsys.readouterr().out


def test_what_was_given_up_can_be_replayed(outbox, monkeypatch, capsys):
    with Receiver(lambda number: 410 if number == 1 else 200) as receiver:
        monkeypatch.setenv("EVENT_WEBHOOK_URL", receiver.url)
        assert main(["events", "flush"]) == 0
        assert main(["events", "replay", "t1"]) == 0
        assert main(["events", "flush"]) == 0
    assert len(receiver.requests) == 2 and receiver.kinds == ["started"]  # the same event, under its id
    assert "gave up 1" in capsys.readouterr().out


def test_events_that_cannot_be_delivered_are_told_by_exit_code(outbox, monkeypatch):
    with Receiver(lambda number: 500) as receiver:
        monkeypatch.setenv("EVENT_WEBHOOK_URL", receiver.url)
        assert main(["events", "flush"]) == 1
