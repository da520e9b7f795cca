"""Events on NATS, against the real server: a stream has them in order, repetitions are dropped."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time

import pytest

from pdf_parser.domain.event import EventKind
from pdf_parser.events.nats import NatsSender
from pdf_parser.events.undelivered import Undelivered
from tests.e2e.service import free_port
from tests.events.conftest import event

nats = pytest.importorskip("nats", reason="needs the extra nats")
PROGRAM = shutil.which("nats-server")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs nats-server, a package of Debian")


@pytest.fixture
def server(tmp_path):
    port = free_port()
    process = subprocess.Popen([PROGRAM, "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(tmp_path)])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)


async def with_stream(url, work):
    connection = await nats.connect(url)
    try:
        return await work(connection.jetstream())
    finally:
        await connection.close()


async def add_stream(stream):
    await stream.add_stream(name="events", subjects=["pdf-parser.events.>"])


async def messages(stream):
    subscription = await stream.subscribe("pdf-parser.events.>", ordered_consumer=True)
    found = []
    while True:
        try:
            found.append(await subscription.next_msg(timeout=0.5))
        except (asyncio.TimeoutError, nats.errors.TimeoutError):
            return found


def test_a_stream_has_every_event_once(server, make_settings):
    asyncio.run(with_stream(server, add_stream))
    sender = NatsSender(make_settings(event_nats_url=server))
    started, completed = event(EventKind.STARTED), event(EventKind.COMPLETED)
    for told in (started, started, completed):
        sender.send(told)
    found = asyncio.run(with_stream(server, messages))
    assert [message.data for message in found] == [started.body(), completed.body()]
    assert [message.subject for message in found] == ["pdf-parser.events.started", "pdf-parser.events.completed"]


def test_without_a_stream_nothing_counts_as_delivered(server, make_settings):
    with pytest.raises(Undelivered, match="NoStreamResponse"):
        NatsSender(make_settings(event_nats_url=server)).send(event(EventKind.STARTED))


def test_a_server_that_is_away_is_told(make_settings):
    url = f"nats://127.0.0.1:{free_port()}"
    with pytest.raises(Undelivered, match="NATS"):
        NatsSender(make_settings(event_nats_url=url, event_timeout_s=2)).send(event(EventKind.STARTED))
