"""From a request to a run, for every endpoint that takes one: checked, admitted, and with a key only once."""

from __future__ import annotations

import asyncio

from api.backpressure import Gate
from api.idempotency import Idempotency
from api.known import KnownUploads
from api.metrics import Metrics
from api.runs import Runs
from api.schemas import UploadRequest
from pdf_parser.domain.run import RunRequest
from pdf_parser.events.webhook import check_callback
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import check_source_url


class Submitting:
    def __init__(
        self,
        settings: Settings,
        gate: Gate,
        known: KnownUploads,
        runs: Runs,
        idempotency: Idempotency,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._known = known
        self._runs = runs
        self._idempotency = idempotency
        self._metrics = metrics

    async def submit(self, body: UploadRequest, request_id: str, key: str | None = None) -> str:
        """The task id.

        Raises what the URL alone shows to be wrong, QueueFull, IdempotencyKeyReused, and what engine and store raise.
        """
        run = body.as_run(self._settings.default_parser)
        await asyncio.to_thread(check_source_url, run.source, self._settings)
        if run.callback is not None:
            check_callback(run.callback, self._settings)
        if key is None:
            return await self._submit(run, request_id)
        task_id = await self._idempotency.task_id(key, run)
        if await self._runs.is_under_way(task_id):
            return task_id
        # Whoever claimed this id may have died before the engine had it, or been refused. The engine takes a name once.
        return await self._submit(run, request_id, task_id)

    async def _submit(self, run: RunRequest, request_id: str, task_id: str | None = None) -> str:
        """Known bytes are answered; others wait for a place in the queue."""
        seen = await self._known.look(run)
        if seen.result is not None:
            self._metrics.observe_known_upload(seen.result.by)
            return await self._runs.answer(run, seen.result, task_id)
        async with self._gate.admit():
            return await self._runs.submit(run, request_id, seen.size_bytes, task_id)
