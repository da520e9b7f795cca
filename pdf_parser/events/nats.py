"""Events to a NATS server, by JetStream: it alone says that a message has been kept. Its URL is the operator's own."""

from __future__ import annotations

import asyncio

from pdf_parser.domain.event import Event
from pdf_parser.events.undelivered import Undelivered
from pdf_parser.settings import Settings


class NatsSender:
    """One connection per event: there are few, and nobody has to keep one alive."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, event: Event) -> None:
        """Raises Undelivered unless a stream has taken the event, which drops repetitions by message id."""
        try:
            import nats.errors
        except ImportError as exc:
            raise Undelivered("EVENT_NATS_URL needs the extra nats: pip install 'pdf-parser[nats]'") from exc
        try:
            asyncio.run(asyncio.wait_for(self._publish(event), self._settings.event_timeout_s))
        except (nats.errors.Error, OSError, asyncio.TimeoutError) as exc:
            raise Undelivered(f"NATS: {type(exc).__name__} {exc}") from exc

    async def _publish(self, event: Event) -> None:
        import nats

        url = self._settings.event_nats_url.get_secret_value()
        subject = f"{self._settings.event_nats_subject}.{event.type.rpartition('.')[2]}"
        connection = await nats.connect(url, allow_reconnect=False, error_cb=_tell_nobody)
        try:
            stream = connection.jetstream(timeout=self._settings.event_timeout_s)
            await stream.publish(subject, event.body(), headers={"Nats-Msg-Id": event.id})
        finally:
            await connection.close()


async def _tell_nobody(_error: Exception) -> None:
    """The error is raised as well."""
