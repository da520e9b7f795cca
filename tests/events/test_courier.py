"""Every event at least once, in order, whoever sends them and however often the receiver is away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from pdf_parser.domain import layout
from pdf_parser.domain.event import Callback, EventKind
from pdf_parser.events.courier import Courier
from pdf_parser.events.outbox import Outbox
from pdf_parser.events.undelivered import Undelivered
from pdf_parser.storage.folder import FolderStore
from tests.events.conftest import NOW, Clock, event, settings_of

STARTED, COMPLETED = event(EventKind.STARTED), event(EventKind.COMPLETED)
GIVE_UP = timedelta(hours=1)


class Receiver:
    """Answers as `answers` say, one after the other, then well."""

    def __init__(self, *answers: Exception | None) -> None:
        self.got: list[str] = []
        self.asked = 0
        self._answers = list(answers)

    def __call__(self, delivery) -> None:
        self.asked += 1
        answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer
        self.got.append(delivery.event.id)


@pytest.fixture
def outbox(store, make_settings):
    return Outbox(store, make_settings())


def away(times=1):
    return [Undelivered("it is away")] * times


def test_they_arrive_in_order_and_the_outbox_is_empty(outbox, clock):
    for told in (COMPLETED, STARTED):
        outbox.put(told, NOW)
    receiver = Receiver()
    done = Courier(outbox, receiver, GIVE_UP, clock).deliver()
    assert receiver.got == [STARTED.id, COMPLETED.id]
    assert (len(done.sent), done.waiting, outbox.waiting()) == (2, 0, {})


def test_one_that_cannot_be_delivered_holds_up_those_behind_it(outbox, clock):
    outbox.put(STARTED, NOW)
    outbox.put(COMPLETED, NOW)
    receiver = Receiver(*away())
    courier = Courier(outbox, receiver, GIVE_UP, clock)
    assert courier.deliver().waiting == 2
    assert (courier.deliver().waiting, receiver.asked) == (2, 1)  # it is too early to ask again
    clock.wait(2)
    courier.deliver()
    assert receiver.got == [STARTED.id, COMPLETED.id]


def test_pauses_grow_up_to_a_quarter_of_an_hour(outbox, clock):
    outbox.put(STARTED, NOW)
    receiver = Receiver(*away(times=60))
    courier = Courier(outbox, receiver, timedelta(days=9), clock)
    for _ in range(3600):
        courier.deliver()
        clock.wait(1)
    assert receiver.asked == 12  # after 2, 4, 8 … 512 s, then every 900


def test_what_is_given_up_is_kept_with_its_reason_and_can_be_sent_again(outbox, store, clock):
    outbox.put(STARTED, NOW)
    outbox.put(COMPLETED, NOW)
    clock.wait(2 * 3600)
    receiver = Receiver(*away(times=2))
    done = Courier(outbox, receiver, GIVE_UP, clock).deliver()
    assert (len(done.buried), done.waiting) == (2, 0)
    keys = [info.key for info in store.list(layout.dead_events("t1"))]
    assert "it is away" in store.get(keys[0]).decode()
    assert outbox.revive("t1", clock()) == 2
    Courier(outbox, receiver, GIVE_UP, clock).deliver()
    assert receiver.got == [STARTED.id, COMPLETED.id]
    assert list(store.list(layout.dead_events())) == []


def test_a_receiver_that_is_gone_is_not_asked_again(outbox, clock):
    outbox.put(STARTED, NOW)
    courier = Courier(outbox, Receiver(Undelivered("410", for_good=True)), GIVE_UP, clock)
    assert len(courier.deliver().buried) == 1
    assert outbox.waiting() == {}


def test_a_receiver_that_failed_is_not_asked_about_other_runs_in_the_same_round(outbox, clock):
    for number in range(30):
        outbox.put(event(EventKind.STARTED, f"t{number}"), NOW)
    receiver = Receiver(*away(times=99))
    assert Courier(outbox, receiver, GIVE_UP, clock).deliver().waiting == 30
    assert receiver.asked <= 8  # those that were under way side by side


def test_progress_that_was_overtaken_is_left_out(outbox, clock):
    outbox.put(event(EventKind.PROGRESS, pages_done=20), NOW)
    outbox.put(event(EventKind.PROGRESS, pages_done=10), NOW)
    receiver = Receiver()
    Courier(outbox, receiver, GIVE_UP, clock).deliver()
    assert receiver.got == [event(EventKind.PROGRESS, pages_done=20).id]


def test_an_event_is_told_once(outbox):
    assert outbox.put(STARTED, NOW) and not outbox.put(STARTED, NOW)


def test_each_destination_gets_its_own(store, make_settings, clock):
    store.put(layout.callback("t1"), Callback(url="https://h/mine?token=x").model_dump_json().encode())
    outbox = Outbox(store, make_settings(event_nats_url="nats://h"))
    outbox.put(STARTED, NOW)
    assert sorted(outbox.waiting()) == [f"outbox/t1/{name}" for name in ("callback", "nats", "webhook")]


def test_nothing_is_kept_when_nobody_wants_to_know(store, make_settings):
    outbox = Outbox(store, make_settings(event_webhook_url=""))
    assert not outbox.put(STARTED, NOW)
    assert list(store.list("")) == []


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.booleans(), max_size=8), st.integers(1, 4))
def test_what_arrives_first_is_in_order_however_many_send(tmp_path_factory, answers, couriers):
    outbox, clock = Outbox(FolderStore(tmp_path_factory.mktemp("store")), settings_of()), Clock()
    told = [STARTED, event(EventKind.PROGRESS, pages_done=10), COMPLETED]
    for one in told:
        outbox.put(one, NOW)
    receiver = Receiver(*(None if well else Undelivered("no") for well in answers))
    while outbox.waiting():
        clock.wait(3600)
        with ThreadPoolExecutor(couriers) as pool:
            list(pool.map(lambda _: Courier(outbox, receiver, timedelta(days=9), clock).deliver(), range(couriers)))
    assert list(dict.fromkeys(receiver.got)) == [STARTED.id, COMPLETED.id]
