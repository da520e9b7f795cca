"""The outbox: events lie in the store before anybody tries to send them, one object for each destination."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from loguru import logger
from pydantic import BaseModel, ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.event import Callback, Delivery, Destination, Event
from pdf_parser.errors import ObjectNotFound
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore

JSON = "application/json"


class Outbox:
    """Written by steps, emptied by the exit handler and by every process of the API."""

    def __init__(self, store: ObjectStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def destinations(self, task_id: str) -> dict[Destination, str | None]:
        """Where the events of a task go, with the URL of its callback; empty when nobody wants to know."""
        callback = self._callback(task_id)
        found: dict[Destination, str | None] = {Destination.CALLBACK: callback} if callback else {}
        if self._settings.event_webhook_url.get_secret_value():
            found[Destination.WEBHOOK] = None
        if self._settings.event_nats_url.get_secret_value():
            found[Destination.NATS] = None
        return found

    def put(self, event: Event, now: datetime) -> bool:
        """False when the task has told this event before, or nobody wants to know.

        The mark comes last: whoever is killed between tells it again, under the same id.
        """
        mark = layout.event_marks(event.subject, event.name)
        destinations = self.destinations(event.subject)
        if not destinations or self._store.head(mark) is not None:
            return False
        for destination, url in destinations.items():
            self.write(Delivery(event=event, destination=destination, url=url, written_at=now, not_before=now))
        self._store.put(mark, event.time.isoformat().encode(), "text/plain")
        return True

    def write(self, delivery: Delivery) -> None:
        event = delivery.event
        self._put(layout.outbox(event.subject, delivery.destination.value, event.name), delivery)

    def read(self, key: str) -> Delivery | None:
        """None when it has been delivered meanwhile, or is none of this version: then it stays where it is."""
        try:
            return Delivery.model_validate_json(self._store.get(key))
        except ObjectNotFound:
            return None
        except ValidationError as exc:
            logger.error("{} cannot be read, its event is not delivered: {} errors", key, exc.error_count())
            return None

    def remove(self, key: str) -> None:
        self._store.delete(key)

    def waiting(self, task_id: str | None = None) -> dict[str, list[str]]:
        """Keys in the order in which they must be delivered, by task and destination."""
        queues: dict[str, list[str]] = {}
        for info in self._store.list(layout.outbox(task_id) if task_id else layout.OUTBOX):
            queues.setdefault(info.key.rpartition("/")[0], []).append(info.key)
        return queues

    def is_overtaken(self, event: Event) -> bool:
        """Whether its task has told a later event: then the one before says nothing new about progress."""
        return any(name > event.name for name in self.told(event.subject))

    def told(self, task_id: str) -> Iterator[str]:
        prefix = layout.event_marks(task_id)
        return (info.key.removeprefix(prefix) for info in self._store.list(prefix))

    def bury(self, key: str, delivery: Delivery) -> None:
        """Gives up: nobody will try again unless an operator says so."""
        self._put(layout.dead_events() + key.removeprefix(layout.OUTBOX), delivery)
        self._store.delete(key)

    def revive(self, task_id: str, now: datetime) -> int:
        """Puts what was given up back to be delivered. How many there were."""
        keys = [info.key for info in self._store.list(layout.dead_events(task_id))]
        for key in keys:
            delivery = Delivery.model_validate_json(self._store.get(key))
            again = {"attempts": 0, "written_at": now, "not_before": now}
            self.write(delivery.model_copy(update=again))
            self._store.delete(key)
        return len(keys)

    def _callback(self, task_id: str) -> str | None:
        try:
            return Callback.model_validate_json(self._store.get(layout.callback(task_id))).url
        except (ObjectNotFound, ValidationError):
            return None

    def _put(self, key: str, model: BaseModel) -> None:
        self._store.put(key, model.model_dump_json().encode(), JSON)
