"""Stops runs that can no longer move: an engine may leave one Running for ever (status_examples/real/44)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone

from loguru import logger

from api.metrics import Metrics
from pdf_parser.errors import PdfParserError
from pipelines.client import APP_LABEL, APP_NAME, WorkflowClient, WorkflowDocument

INTERVAL_S = 60.0
# Set by the controller when it first looks at a run.
UNDER_WAY = {APP_LABEL: APP_NAME, "workflows.argoproj.io/completed": "false"}


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Reconciler:
    """A run is stuck when it is unfinished `margin_s` after its deadline, its own or `deadline_s`, the longer one.

    It is stopped, which runs its exit handler; if that did not help until the next look, it is terminated. Several API
    processes may do so at once: ending a run twice is harmless. Waiting for a lock is not stuck: no deadline runs yet.
    """

    def __init__(
        self,
        client: WorkflowClient,
        metrics: Metrics,
        deadline_s: int,
        margin_s: int,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._metrics = metrics
        self._deadline_s = deadline_s
        self._margin_s = margin_s
        self._clock = clock
        self._stopped: set[str] = set()

    @asynccontextmanager
    async def running(self, interval_s: float = INTERVAL_S) -> AsyncIterator[None]:
        """Looks every `interval_s` seconds for as long as the body lasts."""
        task = asyncio.create_task(self._run(interval_s))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def look(self) -> None:
        """Raises what the engine raises when it cannot tell its runs."""
        stuck = [run["metadata"]["name"] for run in self._stuck(await self._client.list(UNDER_WAY))]
        for name in stuck:
            await self._end(name)
        self._stopped.intersection_update(stuck)

    async def _run(self, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            try:
                await self.look()
            except PdfParserError as exc:
                logger.warning("cannot look for stuck runs: {}", exc)

    def _stuck(self, runs: Iterable[WorkflowDocument]) -> Iterable[WorkflowDocument]:
        return (run for run in runs if self._clock() > self._end_of_patience(run))

    def _end_of_patience(self, run: WorkflowDocument) -> datetime:
        started = run["status"].get("startedAt")
        if not started:
            return datetime.max.replace(tzinfo=timezone.utc)
        seconds = max(self._deadline_s, int(run["spec"].get("activeDeadlineSeconds") or 0)) + self._margin_s
        return datetime.fromisoformat(started.replace("Z", "+00:00")) + timedelta(seconds=seconds)

    async def _end(self, name: str) -> None:
        try:
            await (self._client.terminate(name) if name in self._stopped else self._client.stop(name))
        except PdfParserError as exc:
            logger.bind(task_id=name).warning("a stuck run cannot be stopped: {}", exc)
            return
        if name not in self._stopped:
            self._stopped.add(name)
            self._metrics.observe_stuck_run()
            logger.bind(task_id=name).error("stopped a run that could no longer move")
