"""The engine's thread: waits for the end of a process, a request or a timer, and lets the runs concerned go on."""

from __future__ import annotations

import selectors
import time

from loguru import logger

from pdf_parser.errors import EngineUnavailable, RunNotFound
from pipelines.client import WorkflowDocument
from pipelines.local.control.document import ACTION
from pipelines.local.control.outcome import apply_exit
from pipelines.local.control.rerun import prepare_rerun
from pipelines.local.control.round import Run
from pipelines.local.machine.processes import Finished
from pipelines.local.resume import resume_runs
from pipelines.local.workbench import Parts, Workbench

_PROGRESS_INTERVAL_S = 0.5


class Scheduler:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._bench = Workbench(parts)
        self._next_poll = 0.0

    def serve(self) -> None:
        """Until the inbox is shut. Workflows that an engine before this one has left go on."""
        parts = self._parts
        for run in resume_runs(parts.store, parts.folder, parts.locks, parts.clock()):
            self._bench.adopt(run)
        while parts.inbox.is_open:
            with selectors.DefaultSelector() as selector:  # a new one when the spawner had to be replaced
                selector.register(parts.inbox, selectors.EVENT_READ)
                selector.register(parts.processes, selectors.EVENT_READ)
                while parts.inbox.is_open and self._turn(selector):
                    pass

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """False when all processes were lost."""
        self._bench.settle()
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
            self._bench.adopt(run)
            logger.info("run {} accepted", run.name)

    def stop(self, name: str, strategy: str) -> None:
        """Stop or Terminate; Terminate also ends what a Stop has given time to end by itself."""
        run = self._find(name)
        if not run.is_finished and run.shutdown != "Terminate":
            run.document["spec"]["shutdown"] = strategy
            run.document["metadata"]["labels"][ACTION] = strategy
            self._bench.touch(name)
        if strategy == "Terminate":
            for node in self._parts.processes.live(name):
                self._parts.processes.kill(name, node, "shutdown", at_once=True)

    def retry(self, name: str) -> None:
        run = self._find(name)
        if run.is_finished and self._parts.processes.live(name):
            raise EngineUnavailable("Steps of the run are still being stopped. Try again in a moment.")
        prepare_rerun(run, self._parts.clock())
        self._bench.adopt(run)

    def _find(self, name: str) -> Run:
        if name in self._bench.runs:
            return self._bench.runs[name]
        document = self._parts.store.get(name)
        if document is None:
            raise RunNotFound
        return Run.of(document)

    # --- what has happened --------------------------------------------------------------------------------------------
    def _read_processes(self) -> bool:
        started, finished, lost = self._parts.processes.read()
        self._bench.note_started(started)
        for end in finished:
            self._on_exit(end)
        if lost is not None:
            logger.error("the process that starts the steps was lost, and {} steps with it", len(lost))
            for process in lost:
                self._bench.note_ended(process.workflow, process.node)
        return lost is None

    def _on_exit(self, end: Finished) -> None:
        process, run = end.process, self._bench.runs[end.process.workflow]
        apply_exit(run, run.status["nodes"][process.node], process.template, end.exit, self._parts.clock())
        self._bench.note_ended(process.workflow, process.node)

    # --- the clock ----------------------------------------------------------------------------------------------------
    def _look_at_clock(self) -> None:
        now = self._parts.clock()
        self._bench.touch_due(now)
        self._parts.processes.kill_overdue(now)
        for name in self._parts.store.remove_expired(now):
            self._parts.folder.remove_workflow(name)
        if len(self._parts.processes) and time.monotonic() >= self._next_poll:
            self._next_poll = time.monotonic() + _PROGRESS_INTERVAL_S
            for process, progress in self._parts.processes.poll_progress():
                self._bench.runs[process.workflow].status["nodes"][process.node]["progress"] = progress
                self._bench.touch(process.workflow)

    def _timeout_s(self) -> float | None:
        """Until something has to be done by the clock; None when only an event can bring news."""
        now, expiry = self._parts.clock(), self._parts.store.next_expiry()
        moments = (self._bench.next_timer(), self._parts.processes.next_kill())
        waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
        waits += [] if expiry is None else [expiry - now.timestamp()]
        waits += [self._next_poll - time.monotonic()] if len(self._parts.processes) else []
        record = self._bench.next_record_s()
        waits += [] if record is None else [record]
        return max(0.0, min(waits)) if waits else None
