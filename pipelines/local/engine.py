"""The embedded engine as the rest of the program sees it. Every method may be called from any thread.

One thread of its own does the work (scheduler.py). The state is in one SQLite file, so that an engine that was killed
is replaced by starting another one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, RunNotFound
from pipelines.client import EngineHealth, Submission, WorkflowDocument
from pipelines.local.clock import Clock, utc_now
from pipelines.local.control.command import Machine
from pipelines.local.control.document import Birth, new_document
from pipelines.local.control.locks import Locks, lock_name
from pipelines.local.inbox import Inbox
from pipelines.local.launch import Launcher
from pipelines.local.machine.folders import WorkFolder
from pipelines.local.machine.lockfile import LockFile
from pipelines.local.machine.processes import Processes
from pipelines.local.machine.store import Store
from pipelines.local.machine.workers import Workers
from pipelines.local.scheduler import Scheduler
from pipelines.local.spec.catalog import load_catalog
from pipelines.local.workbench import Parts

Listener = Callable[[str], None]
Lines = list[str]
ALL_RUNS = ""  # what listeners are told when the engine ends


@dataclass(frozen=True)
class Limits:
    """`parallelism` processes at once, 0 for one per processor; `semaphores` are slots by "config-map/key".

    A step that shall end is killed `kill_grace_s` after it was asked; of its output, `log_limit_bytes` are kept.
    `deadline_s` replaces the templates' own deadline of a whole run.
    """

    parallelism: int = 0
    semaphores: Mapping[str, int] = field(default_factory=dict)
    gpu_semaphore: str = "pdf-parser-limits/gpu-slots"
    kill_grace_s: float = 30.0
    log_limit_bytes: int = 10_000_000
    deadline_s: int | None = None


class Engine:
    def __init__(
        self,
        database: Path,
        work_dir: Path,
        templates_dir: Path,
        limits: Limits = Limits(),
        env: Mapping[str, str] | None = None,
        clock: Clock = utc_now,
        interpreters: Mapping[str, str] | None = None,
    ) -> None:
        """Steps get this process's environment and `env` on top; `interpreters` are paths of Python by image name.

        Raises EngineUnavailable when another engine uses the database, UnsupportedFeature or InvalidWorkflow when a
        template cannot be run.
        """
        self._catalog = load_catalog(templates_dir, limits.semaphores)
        self._limits = limits
        self._clock = clock
        self._interpreters = dict(interpreters or {})
        self._listeners: set[Listener] = set()
        self._inbox = Inbox()
        self._folder = WorkFolder(work_dir.resolve())
        self._lock_file = LockFile(database)
        try:
            self._store = Store(database)
        except EngineUnavailable:
            self._lock_file.release()
            raise
        self._processes = Processes(
            Workers({**os.environ, **(env or {})}, limits.log_limit_bytes), self._folder, limits.kill_grace_s, clock
        )
        self._scheduler = Scheduler(self._parts())
        self._thread = threading.Thread(target=self._serve, name="pdf-parser-engine", daemon=True)
        self._thread.start()

    # --- runs ---------------------------------------------------------------------------------------------------------
    def submit(self, submission: Submission) -> None:
        """The same name again changes nothing. Raises InvalidWorkflow."""
        template = self._catalog.get(submission.template)
        if template is None:
            raise InvalidWorkflow(f'workflowtemplates.argoproj.io "{submission.template}" not found')
        document = new_document(submission, template, Birth(str(uuid4()), self._clock(), self._limits.deadline_s))
        self._inbox.ask(lambda: self._scheduler.submit(document))

    def get(self, name: str) -> WorkflowDocument | None:
        self._require_open()
        return self._store.get(name)

    def list(self, labels: Mapping[str, str] | None = None) -> list[WorkflowDocument]:
        self._require_open()
        return self._store.list(labels or {})

    def stop(self, name: str) -> None:
        self._inbox.ask(lambda: self._scheduler.stop(name, "Stop"))

    def terminate(self, name: str) -> None:
        self._inbox.ask(lambda: self._scheduler.stop(name, "Terminate"))

    def retry(self, name: str) -> None:
        self._inbox.ask(lambda: self._scheduler.retry(name))

    def logs(self, name: str) -> Lines:
        document = self.get(name)
        if document is None:
            raise RunNotFound
        nodes = (document["status"].get("nodes") or {}).values()
        pods = sorted((n for n in nodes if n["type"] == "Pod"), key=lambda n: str(n["startedAt"]))
        return [line for pod in pods for line in self._folder.of(name, pod["id"]).log_lines()]

    def health(self) -> EngineHealth:
        self._require_open()
        pending, unfinished = self._store.counts()
        return EngineHealth("local", pending, unfinished)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called, in the engine's thread, with the name of each run that has changed. Gives the undo."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def close(self) -> None:
        """Kills what runs; the next engine over the same database goes on from there."""
        self._inbox.shut()
        self._thread.join()

    # --- the thread ---------------------------------------------------------------------------------------------------
    def _serve(self) -> None:
        try:
            self._processes.open()
            self._scheduler.serve()
        finally:
            self._inbox.close()
            self._processes.close()
            self._notify(ALL_RUNS)
            self._store.close()
            self._lock_file.release()

    def _parts(self) -> Parts:
        limits = self._limits
        locks = Locks(limits.semaphores)
        parallelism = limits.parallelism or os.cpu_count() or 1
        machine = Machine(lock_name("ConfigMap", limits.gpu_semaphore), self._interpreters)
        launcher = Launcher(self._processes, locks, parallelism, machine, self._clock)
        return Parts(
            self._store, self._folder, self._processes, launcher, locks, self._inbox, self._clock, self._notify
        )

    def _notify(self, name: str) -> None:
        for listener in list(self._listeners):
            listener(name)

    def _require_open(self) -> None:
        if not self._inbox.is_open:
            raise EngineUnavailable("The embedded engine is not running. Start the service again.")
