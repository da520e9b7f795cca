"""What an engine does first: it takes over the runs of the one before it.

Their processes are gone, or are killed now; the pods that ran become "pod deleted" in the first round, and
retryStrategy decides what follows, as on a cluster that has lost a node.
"""

from __future__ import annotations

from datetime import datetime

from loguru import logger

from pdf_parser.errors import PdfParserError
from pipelines.client import WorkflowDocument
from pipelines.local.control.document import mark_workflow
from pipelines.local.control.locks import Holder, Locks, held_in
from pipelines.local.control.round import Run
from pipelines.local.machine.folders import WorkFolder
from pipelines.local.machine.orphans import kill_leftovers
from pipelines.local.machine.store import Store
from pipelines.local.spec.model import Spec


def resume_runs(store: Store, folder: WorkFolder, locks: Locks, now: datetime) -> list[Run]:
    kill_leftovers(store.take_processes())
    runs = [_run(document, now) for document in store.unfinished()]
    for run in sorted(runs, key=lambda run: run.rank):
        _restore_locks(run, locks)
        _clear_folders(run, folder)
        logger.info("run {} goes on", run.name)
    return runs


def _run(document: WorkflowDocument, now: datetime) -> Run:
    """A template that this version cannot read any more ends its run, not the engine."""
    try:
        return Run.of(document)
    except PdfParserError as exc:
        run = Run(document, Spec("", {}))
        mark_workflow(run, "Error", now, f"invalid spec: {exc}")
        return run


def _restore_locks(run: Run, locks: Locks) -> None:
    for key, lock in held_in(run.document):
        _, workflow, *node = key.split("/")
        locks.restore(Holder(workflow, "".join(node)), lock)


def _clear_folders(run: Run, folder: WorkFolder) -> None:
    for node in (run.status.get("nodes") or {}).values():
        if node["type"] == "Pod" and node["phase"] == "Running":
            for left in folder.of(run.name, node["id"]).runs():
                folder.remove_run(left)
