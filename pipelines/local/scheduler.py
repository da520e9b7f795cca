"""The engine's thread: waits for the end of a process, a request or a timer, and lets every workflow concerned go on.

Order of one turn: rounds over the workflows (pure), free processors given out, all that changed written to the state
file, callers answered, processes started, watchers told. What is started is on record before it runs.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from loguru import logger

from pdf_parser.errors import EngineUnavailable, RunNotFound
from pipelines.client import WorkflowDocument
from pipelines.local.clock import Clock
from pipelines.local.control.document import ACTION
from pipelines.local.control.locks import Locks
from pipelines.local.control.outcome import apply_exit
from pipelines.local.control.reconcile import reconcile, startable
from pipelines.local.control.rerun import prepare_rerun
from pipelines.local.control.round import Run
from pipelines.local.expiry import expires_at
from pipelines.local.inbox import Inbox
from pipelines.local.launch import Launch, Launcher
from pipelines.local.machine.folders import WorkFolder
from pipelines.local.machine.processes import Finished, Processes
from pipelines.local.machine.store import Store
from pipelines.local.resume import resume_runs

_PROGRESS_INTERVAL_S = 0.5


@dataclass(frozen=True)
class Parts:
    """What the scheduler works with; made and closed by the engine."""

    store: Store
    folder: WorkFolder
    processes: Processes
    launcher: Launcher
    locks: Locks
    inbox: Inbox
    clock: Clock
    notify: Callable[[str], None]


class Scheduler:
    """`_runs` holds what is unfinished or still has processes; `_dirty` what needs a round, `_changed` a write."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._runs: dict[str, Run] = {}
        self._timers: dict[str, datetime] = {}
        self._dirty: set[str] = set()
        self._changed: set[str] = set()
        self._waiting: set[str] = set()
        self._ended: list[tuple[str, str]] = []
        self._expiry = parts.store.next_expiry()
        self._next_poll = 0.0

    def serve(self) -> None:
        """Until the inbox is shut. Workflows that an engine before this one has left go on."""
        parts = self._parts
        for run in resume_runs(parts.store, parts.folder, parts.locks, parts.clock()):
            self._adopt(run)
        while parts.inbox.is_open:
            with selectors.DefaultSelector() as selector:  # a new one when the spawner had to be replaced
                selector.register(parts.inbox, selectors.EVENT_READ)
                selector.register(parts.processes, selectors.EVENT_READ)
                while parts.inbox.is_open and self._turn(selector):
                    pass

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """False when all processes were lost."""
        self._settle()
        ready = {key.fileobj for key, _ in selector.select(self._timeout_s())}
        are_there = self._read_processes() if self._parts.processes in ready else True
        self._parts.inbox.serve()
        self._look_at_clock()
        return are_there

    # --- requests, by way of the inbox --------------------------------------------------------------------------------
    def submit(self, document: WorkflowDocument) -> None:
        if self._parts.store.get(document["metadata"]["name"]) is None:
            run = Run.of(document)
            self._parts.store.insert(document)
            self._adopt(run)
            logger.info("run {} accepted", run.name)

    def stop(self, name: str, strategy: str) -> None:
        """Stop or Terminate; Terminate also ends what a Stop has given time to end by itself."""
        run = self._find(name)
        if not run.is_finished and run.shutdown != "Terminate":
            run.document["spec"]["shutdown"] = strategy
            run.document["metadata"]["labels"][ACTION] = strategy
            self._dirty.add(name)
        if strategy == "Terminate":
            for node in self._parts.processes.live(name):
                self._parts.processes.kill(name, node, "shutdown", at_once=True)

    def retry(self, name: str) -> None:
        if self._parts.processes.live(name) and self._find(name).is_finished:
            raise EngineUnavailable("Steps of the run are still being stopped. Try again in a moment.")
        run = self._find(name)
        prepare_rerun(run, self._parts.clock())
        self._adopt(run)

    def _find(self, name: str) -> Run:
        if name in self._runs:
            return self._runs[name]
        document = self._parts.store.get(name)
        if document is None:
            raise RunNotFound
        return Run.of(document)

    def _adopt(self, run: Run) -> None:
        self._runs[run.name] = run
        self._dirty.add(run.name)

    # --- what has happened --------------------------------------------------------------------------------------------
    def _read_processes(self) -> bool:
        started, finished, lost = self._parts.processes.read()
        if started:
            self._parts.store.add_processes(started)
        for end in finished:
            self._on_exit(end)
        if lost is not None:
            logger.error("the process that starts the steps was lost, and {} steps with it", len(lost))
            self._dirty.update(process.workflow for process in lost)
        return lost is None

    def _on_exit(self, end: Finished) -> None:
        process, run = end.process, self._runs[end.process.workflow]
        apply_exit(run, run.status["nodes"][process.node], process.template, end.exit, self._parts.clock())
        self._ended.append((process.workflow, process.node))
        self._dirty.add(run.name)

    def _look_at_clock(self) -> None:
        now = self._parts.clock()
        self._dirty.update(name for name, moment in self._timers.items() if moment <= now)
        self._parts.processes.kill_overdue(now)
        if self._expiry is not None and self._expiry <= now.timestamp():
            for name in self._parts.store.remove_expired(now):
                self._parts.folder.remove_workflow(name)
            self._expiry = self._parts.store.next_expiry()
        if len(self._parts.processes) and time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _PROGRESS_INTERVAL_S
            for process, progress in self._parts.processes.poll_progress():
                self._runs[process.workflow].status["nodes"][process.node]["progress"] = progress
                self._dirty.add(process.workflow)

    def _timeout_s(self) -> float | None:
        """Until something has to be done by the clock; None when only an event can bring news."""
        now = self._parts.clock()
        moments = [*self._timers.values(), self._parts.processes.next_kill()]
        waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
        if self._expiry is not None:
            waits.append(self._expiry - now.timestamp())
        if len(self._parts.processes):
            waits.append(self._next_poll - time.monotonic())
        return max(0.0, min(waits)) if waits else None

    # --- what follows from it -----------------------------------------------------------------------------------------
    def _settle(self) -> None:
        launches: list[Launch] = []
        while self._dirty:
            while self._dirty:
                self._go_on(min(self._dirty, key=lambda name: self._runs[name].rank))
            launches += self._admit()
        if self._changed or self._ended:
            self._save()
        self._parts.inbox.answer()
        for launch in launches:
            self._limit(launch.round.run.name, self._parts.launcher.launch(launch))
        self._tell()

    def _go_on(self, name: str) -> None:
        parts, run = self._parts, self._runs[name]
        self._dirty.discard(name)
        actions = reconcile(run, parts.clock(), parts.locks, parts.processes.live(name))
        for node, reason in actions.kills.items():
            parts.processes.kill(name, node, reason, at_once=run.shutdown == "Terminate")
        self._timers.pop(name, None)
        self._limit(name, actions.wake_at)
        self._dirty |= actions.woken & self._runs.keys()
        self._changed.add(name)
        self._waiting.add(name) if startable(run) else self._waiting.discard(name)

    def _admit(self) -> list[Launch]:
        launches = self._parts.launcher.admit(self._runs[name] for name in self._waiting)
        self._changed |= {launch.round.run.name for launch in launches}
        for name in list(self._waiting):
            run = self._runs[name]
            if not startable(run):
                self._waiting.discard(name)
        return launches

    def _limit(self, name: str, moment: datetime | None) -> None:
        if moment is not None:
            self._timers[name] = min(moment, self._timers.get(name, moment))

    def _save(self) -> None:
        runs = [self._runs[name] for name in self._changed]
        self._parts.store.save(((run.document, expires_at(run)) for run in runs), self._ended)
        self._ended.clear()

    def _tell(self) -> None:
        """Watchers first see what is in the state file; then runs that are over are let go."""
        for name in self._changed:
            run = self._runs[name]
            self._parts.notify(name)
            if run.is_finished and not self._parts.processes.live(name):
                logger.info("run {} {}", name, run.phase)
                del self._runs[name]
                self._timers.pop(name, None)
                self._expiry = self._parts.store.next_expiry()
        self._changed.clear()
