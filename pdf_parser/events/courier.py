"""Empties the outbox: every event at least once, and in order for each task and destination.

Several may do so at once. An event goes out only after the one before it was taken, by whomever it was sent; so what
arrives out of order is a repetition, which receivers know by its id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from loguru import logger

from pdf_parser.domain.event import Delivery, Destination, EventKind
from pdf_parser.events.nats import NatsSender
from pdf_parser.events.outbox import Outbox
from pdf_parser.events.undelivered import Undelivered
from pdf_parser.events.webhook import WebhookSender
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore

AT_ONCE = 8  # deliveries side by side, so that one slow receiver does not hold up the others
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 900.0

Send = Callable[[Delivery], None]


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Delivered:
    """What became of the events that were looked at, by destination; `waiting` are left for later."""

    sent: list[Destination] = field(default_factory=list)
    failed: list[Destination] = field(default_factory=list)
    buried: list[Destination] = field(default_factory=list)
    waiting: int = 0


class Courier:
    def __init__(self, outbox: Outbox, send: Send, give_up: timedelta, clock: Callable[[], datetime] = utc_now) -> None:
        self._outbox = outbox
        self._send = send
        self._give_up = give_up
        self._clock = clock
        self._closed = False

    def close(self) -> None:
        """A delivery under way comes to its end, and no other begins."""
        self._closed = True

    def deliver(self, task_id: str | None = None, within_s: float | None = None) -> Delivered:
        """Tries what is due, of one task or of all. No delivery begins later than `within_s` seconds from now.

        A receiver that failed once is not asked again in this round. Raises StorageUnavailable.
        """
        done = Delivered()
        until = None if within_s is None else time.monotonic() + within_s
        queues = self._outbox.waiting(task_id)
        silent: set[str] = set()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for waiting in pool.map(lambda keys: self._empty(keys, done, silent, until), queues.values()):
                done.waiting += waiting
        return done

    def _empty(self, keys: list[str], done: Delivered, silent: set[str], until: float | None) -> int:
        """How many are left: the first that cannot be delivered holds up those behind it."""
        for position, key in enumerate(keys):
            delivery = self._outbox.read(key)
            if delivery is None:
                continue
            late = self._closed or (until is not None and time.monotonic() > until)
            receiver = _receiver(delivery)
            if late or receiver in silent or delivery.not_before > self._clock():
                return len(keys) - position
            if not self._settle(key, delivery, done):
                silent.add(receiver)
                return len(keys) - position
        return 0

    def _settle(self, key: str, delivery: Delivery, done: Delivered) -> bool:
        """Whether the next one may go out."""
        if delivery.event.type == EventKind.PROGRESS.type and self._outbox.is_overtaken(delivery.event):
            self._outbox.remove(key)
            return True
        try:
            self._send(delivery)
        except Undelivered as exc:
            return self._fail(key, delivery, exc, done)
        self._outbox.remove(key)
        done.sent.append(delivery.destination)
        return True

    def _fail(self, key: str, delivery: Delivery, exc: Undelivered, done: Delivered) -> bool:
        now, tries = self._clock(), delivery.attempts + 1
        pause = timedelta(seconds=min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(tries - 1, 20)))
        tried = {"attempts": tries, "last_error": str(exc), "not_before": now + pause}
        delivery = delivery.model_copy(update=tried)
        log = logger.bind(task_id=delivery.event.subject, event=delivery.event.id)
        if exc.for_good or now - delivery.written_at > self._give_up:
            self._outbox.bury(key, delivery)
            done.buried.append(delivery.destination)
            log.error("event given up after {} attempts: {}", tries, exc)
            return True
        self._outbox.write(delivery)
        done.failed.append(delivery.destination)
        log.warning("event not delivered, attempt {}: {}", tries, exc)
        return False


def _receiver(delivery: Delivery) -> str:
    return delivery.url or delivery.destination.value


def make_courier(store: ObjectStore, settings: Settings, clock: Callable[[], datetime] = utc_now) -> Courier:
    webhook, nats = WebhookSender(settings, clock), NatsSender(settings)

    def send(delivery: Delivery) -> None:
        if delivery.destination is Destination.NATS:
            nats.send(delivery.event)
        else:
            webhook.send(delivery.url or settings.event_webhook_url.get_secret_value(), delivery.event)

    return Courier(Outbox(store, settings), send, timedelta(hours=settings.event_give_up_hours), clock)


def counts(found: Iterable[Destination]) -> dict[str, int]:
    """By name of the destination."""
    names = [destination.value for destination in found]
    return {name: names.count(name) for name in names}
