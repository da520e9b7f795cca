"""The runs under way: which of them needs a round, and all that follows from one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from loguru import logger

from pipelines.local.clock import Clock
from pipelines.local.control.locks import Locks
from pipelines.local.control.reconcile import reconcile, startable
from pipelines.local.control.round import Run
from pipelines.local.expiry import expires_at
from pipelines.local.inbox import Inbox
from pipelines.local.launch import Launch, Launcher
from pipelines.local.machine.folders import WorkFolder
from pipelines.local.machine.orphans import ProcessRecord
from pipelines.local.machine.processes import Processes
from pipelines.local.machine.store import Store

_RECORD_AFTER_S = 0.05  # most steps of a test, and many of ours, have ended before their process needs to be on record


@dataclass(frozen=True)
class Parts:
    """What the engine's thread works with; made and closed by the engine."""

    store: Store
    folder: WorkFolder
    processes: Processes
    launcher: Launcher
    locks: Locks
    inbox: Inbox
    clock: Clock
    notify: Callable[[str], None]


class Workbench:
    """`runs` holds what is unfinished or still has processes; `_dirty` what needs a round, `_changed` a write."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.runs: dict[str, Run] = {}
        self._timers: dict[str, datetime] = {}
        self._dirty: set[str] = set()
        self._changed: set[str] = set()
        self._waiting: set[str] = set()
        self._started: dict[tuple[str, str], ProcessRecord] = {}
        self._ended: list[tuple[str, str]] = []
        self._record_at = 0.0

    def adopt(self, run: Run) -> None:
        self.runs[run.name] = run
        self.touch(run.name)

    def touch(self, name: str) -> None:
        """Something has happened to the run: it gets a round."""
        self._dirty.add(name)

    def touch_due(self, now: datetime) -> None:
        self._dirty.update(name for name, moment in self._timers.items() if moment <= now)

    def note_started(self, records: Iterable[ProcessRecord]) -> None:
        if not self._started:
            self._record_at = time.monotonic() + _RECORD_AFTER_S
        self._started.update({(record.workflow, record.node): record for record in records})

    def note_ended(self, workflow: str, node: str) -> None:
        if self._started.pop((workflow, node), None) is None:
            self._ended.append((workflow, node))
        self.touch(workflow)

    def next_timer(self) -> datetime | None:
        return min(self._timers.values(), default=None)

    def next_record_s(self) -> float | None:
        """Seconds until the processes started last have to be put on record."""
        return self._record_at - time.monotonic() if self._started else None

    def settle(self) -> None:
        """Rounds until nothing moves, then: write, answer, start, tell. What is started is on record before it runs."""
        launches: list[Launch] = []
        while self._dirty:
            while self._dirty:
                self._go_on(min(self._dirty, key=lambda name: self.runs[name].rank))
            launches += self._parts.launcher.admit(run for name, run in self.runs.items() if name in self._waiting)
            self._changed |= {launch.round.run.name for launch in launches}
        self._save()
        self._parts.inbox.answer()
        for launch in launches:
            self._limit(launch.round.run.name, self._parts.launcher.launch(launch))
        self._tell()

    def _go_on(self, name: str) -> None:
        parts, run = self._parts, self.runs[name]
        self._dirty.discard(name)
        actions = reconcile(run, parts.clock(), parts.locks, parts.processes.live(name))
        for node, reason in actions.kills.items():
            parts.processes.kill(name, node, reason, at_once=run.shutdown == "Terminate")
        self._timers.pop(name, None)
        self._limit(name, actions.wake_at)
        self._dirty |= actions.woken & self.runs.keys()
        self._changed.add(name)
        self._waiting.add(name) if startable(run) else self._waiting.discard(name)

    def _limit(self, name: str, moment: datetime | None) -> None:
        if moment is not None:
            self._timers[name] = min(moment, self._timers.get(name, moment))

    def _save(self) -> None:
        is_due = self._started and time.monotonic() >= self._record_at
        if not (self._changed or self._ended or is_due):
            return
        runs = [self.runs[name] for name in self._changed]
        started = list(self._started.values()) if is_due else []
        self._parts.store.save(((run.document, expires_at(run)) for run in runs), started, self._ended)
        self._ended.clear()
        if is_due:
            self._started.clear()

    def _tell(self) -> None:
        """Watchers first see what is in the state file; then runs that are over are let go."""
        for name in self._changed:
            run = self.runs[name]
            self._parts.notify(name)
            if run.is_finished and not self._parts.processes.live(name):
                logger.info("run {} {}", name, run.phase)
                del self.runs[name]
                self._timers.pop(name, None)
        self._changed.clear()
