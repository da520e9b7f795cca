"""Events reach a receiver that was away, while the API was killed: all of them, in order, signed."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pdf_parser.events.signature import is_signed
from tests.e2e.receiver import Receiver
from tests.e2e.service import Service
from tests.pdfs import simple_pdf

KEY = b"a key that only the two know!"
EVENTS = {
    "EVENT_WEBHOOK_SECRETS": f"whsec_{b64encode(KEY).decode()}",
    "EVENT_HTTP": "true",
    "EVENT_PRIVATE_NETWORKS": "127.0.0.1",
    "EVENT_SWEEP_S": "0.3",
}
TOKEN = "secret-of-the-callback"


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def service(env: dict[str, str]) -> Service:
    return Service({**env, **EVENTS, "PROFILE": "full", "SHARD_MAX_PAGES": "2"})


def outbox(store: Path) -> list[Path]:
    return list((store / "outbox").rglob("*.json"))


def test_a_receiver_that_was_away_gets_every_event_though_the_api_was_killed(tmp_path, service):
    source, receiver = tmp_path / "document.pdf", Receiver()
    source.write_bytes(simple_pdf(10))
    with service:
        task_id = service.upload(source.as_uri(), callback=f"{receiver.url}/hook?token={TOKEN}")
        wait_for(lambda: outbox(tmp_path / "store"))
        service.kill()  # in the middle of the run
        service.start()
        assert service.follow(task_id)[-1]["state"] == "succeeded"
        service.kill()  # nobody has got anything
        assert receiver.requests == []
        with receiver:
            service.start()
            wait_for(lambda: "completed" in receiver.kinds and not outbox(tmp_path / "store"))
    assert (receiver.kinds[0], receiver.kinds[-1]) == ("started", "completed")
    ids = [event["id"] for event in receiver.events]
    assert ids == sorted(ids)
    assert len({body for _, _, body in receiver.requests}) == len(ids)  # what came twice came unchanged
    done = [event["data"]["pages_done"] for event in receiver.events if "pages_done" in event["data"]]
    assert done == sorted(done)
    for path, headers, body in receiver.requests:
        assert path == f"/hook?token={TOKEN}" and headers["content-type"] == "application/cloudevents+json"
        assert is_signed(headers, body, KEY, datetime.now(timezone.utc))
        assert not is_signed(headers, body + b" ", KEY, datetime.now(timezone.utc))


def test_what_the_callback_knows_is_neither_in_logs_nor_in_status(tmp_path, env):
    log = tmp_path / "service.log"
    service = Service({**env, **EVENTS, "LOG_LEVEL": "DEBUG"})
    (tmp_path / "a.pdf").write_bytes(simple_pdf(1))
    with log.open("wb") as service.log, Receiver(lambda number: 500 if number == 1 else 200) as receiver, service:
        task_id = service.upload((tmp_path / "a.pdf").as_uri(), callback=f"{receiver.url}/?token={TOKEN}")
        service.follow(task_id)
        wait_for(lambda: "completed" in receiver.kinds)
        assert TOKEN not in service.http.get(f"/status/{task_id}").text
    told = log.read_text() + "".join(
        path.read_text() for path in (tmp_path / "engine").rglob("*log*") if path.is_file()
    )
    assert task_id in told and "answered 500" in told and TOKEN not in told


def test_a_document_that_cannot_be_parsed_leaves_a_dead_letter_and_an_event(tmp_path, service):
    (tmp_path / "a.pdf").write_bytes(b"no pdf")
    with Receiver() as receiver, service:
        task_id = service.upload((tmp_path / "a.pdf").as_uri(), callback=receiver.url)
        service.follow(task_id)
        wait_for(lambda: "failed" in receiver.kinds)
    assert receiver.kinds == ["started", "failed"]
    assert receiver.events[-1]["data"]["error"]["code"] == "NotAPdf"
    assert (tmp_path / "store" / "deadletter" / f"{task_id}.json").exists()
