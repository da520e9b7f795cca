"""The step processes under way: which node each runs for, how long it may still take to die, how far it is."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.local.clock import Clock
from pipelines.local.control.command import Command
from pipelines.local.control.outcome import Exit
from pipelines.local.control.round import Live, Reason
from pipelines.local.machine.folders import RunFolder, WorkFolder
from pipelines.local.machine.orphans import ProcessRecord, boot_id, kill_leftovers
from pipelines.local.machine.workers import Ended, Lost, Started, Workers
from pipelines.local.spec.model import Template


@dataclass(frozen=True)
class Process:
    workflow: str
    node: str
    template: Template
    live: Live
    folder: RunFolder
    record: ProcessRecord | None = None
    kill_at: datetime | None = None
    progress: str | None = None

    @property
    def key(self) -> str:
        return f"{self.workflow}/{self.node}"


@dataclass(frozen=True)
class Finished:
    process: Process
    exit: Exit


class Processes:
    def __init__(self, workers: Workers, folder: WorkFolder, kill_grace_s: float, clock: Clock) -> None:
        self._workers = workers
        self._folder = folder
        self._grace = timedelta(seconds=kill_grace_s)
        self._clock = clock
        self._boot = boot_id()
        self._running: dict[str, Process] = {}

    def open(self) -> None:
        """In the thread that will use them."""
        self._workers.open()

    def __len__(self) -> int:
        return len(self._running)

    def fileno(self) -> int:
        return self._workers.fileno()

    def live(self, workflow: str) -> dict[str, Live]:
        return {process.node: process.live for process in self._running.values() if process.workflow == workflow}

    def new_folder(self, workflow: str, node: str) -> RunFolder:
        """For the next process of the node; made when that starts."""
        return self._folder.of(workflow, node).new_run()

    def start(self, workflow: str, node: str, template: Template, command: Command, folder: RunFolder) -> Live:
        process = Process(workflow, node, template, Live(self._clock()), folder)
        folder.make()
        self._running[process.key] = process
        self._workers.start(process.key, command.argv, command.env, self._folder.of(workflow, node).log)
        return process.live

    def kill(self, workflow: str, node: str, reason: Reason, at_once: bool = False) -> None:
        """SIGTERM, and SIGKILL after the grace period; or SIGKILL right away."""
        process = self._running.get(f"{workflow}/{node}")
        if process is None:
            return
        self._workers.kill(process.key, signal.SIGKILL if at_once else signal.SIGTERM)
        end = None if at_once else self._clock() + self._grace
        live = replace(process.live, killed_for=process.live.killed_for or reason)
        self._running[process.key] = replace(process, live=live, kill_at=end)

    def kill_overdue(self, now: datetime) -> None:
        for process in list(self._running.values()):
            if process.kill_at is not None and now >= process.kill_at:
                self._workers.kill(process.key, signal.SIGKILL)
                self._running[process.key] = replace(process, kill_at=None)

    def next_kill(self) -> datetime | None:
        return min((p.kill_at for p in self._running.values() if p.kill_at is not None), default=None)

    def read(self) -> tuple[list[ProcessRecord], list[Finished], list[Process] | None]:
        """Those that have a process number now, those that have ended, and, if the spawner died, those lost with it."""
        events = self._workers.read()
        started = [self._record(event) for event in events if isinstance(event, Started)]
        finished = [self._finish(event) for event in events if isinstance(event, Ended)]
        lost = self._lose_all() if Lost() in events else None
        return started, finished, lost

    def poll_progress(self) -> Iterator[tuple[Process, str]]:
        """What has changed since the last call."""
        for process in list(self._running.values()):
            progress = process.folder.progress()
            if progress is not None and progress != process.progress:
                self._running[process.key] = replace(process, progress=progress)
                yield process, progress

    def close(self) -> None:
        """Kills all of them; of their folders only the logs are left."""
        self._workers.close()
        for process in self._running.values():
            self._folder.remove_run(process.folder)
        self._running.clear()
        self._folder.close()

    def _record(self, event: Started) -> ProcessRecord:
        process = self._running[event.key]
        record = ProcessRecord(process.workflow, process.node, event.pid, event.ticks, self._boot)
        self._running[event.key] = replace(process, record=record)
        return record

    def _finish(self, event: Ended) -> Finished:
        process = self._running.pop(event.key)
        folder = process.folder
        end = Exit(
            event.code,
            folder.termination_text(),
            folder.outputs(process.template),
            process.live.killed_for,
            folder.progress(),
        )
        self._folder.remove_run(folder)
        return Finished(process, end)

    def _lose_all(self) -> list[Process]:
        """The steps have died with the spawner, but not what they had started themselves."""
        lost = list(self._running.values())
        self._running.clear()
        kill_leftovers(process.record for process in lost if process.record is not None)
        for process in lost:
            self._folder.remove_run(process.folder)
        self._workers.reopen()
        return lost
