"""What the watch has told, by name of the run. For one event loop, no locks; memory is bounded.

Documents are kept as JSON: a reader gets a copy of its own, and text takes a fifth of the memory of dicts.
"""

from __future__ import annotations

import json
import time
from asyncio import Event
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipelines.argo.server.documents import slim, version_of
from pipelines.client import WorkflowDocument, is_finished

FINISHED_KEPT_S, FINISHED_KEPT = 600.0, 2_000


@dataclass(frozen=True)
class Entry:
    version: int
    is_finished: bool
    is_pending: bool
    text: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Entry:
        slimmed = slim(document)
        phase = slimmed["status"].get("phase")
        text = json.dumps(slimmed, separators=(",", ":"), ensure_ascii=False)
        return cls(version_of(slimmed), is_finished(slimmed), phase in (None, "", "Pending"), text)

    def document(self) -> WorkflowDocument:
        document: WorkflowDocument = json.loads(self.text)
        return document


class RunCache:
    """Unfinished runs are kept until the watch says otherwise; finished ones for a while, the last few thousand."""

    def __init__(
        self,
        finished_kept_s: float = FINISHED_KEPT_S,
        finished_kept: int = FINISHED_KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept_s = finished_kept_s
        self._kept = finished_kept
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._finished: OrderedDict[str, float] = OrderedDict()  # when each was put, oldest first
        self._followers: dict[str, set[Event]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> Entry | None:
        return self._entries.get(name)

    def put(self, document: Mapping[str, Any]) -> Entry:
        """Gives what is known now: news that are older than that change nothing."""
        name: str = document["metadata"]["name"]
        known, entry = self._entries.get(name), Entry.of(document)
        if known is not None and known.version > entry.version:
            return known
        self._entries[name] = entry
        self._finished.pop(name, None)
        if entry.is_finished:
            self._finished[name] = self._clock()
        self._forget_old()
        self._tell(name)
        return entry

    def drop(self, name: str, version: int) -> None:
        """The run does not exist (any more) as of `version`."""
        known = self._entries.get(name)
        if known is not None and known.version <= version:
            self._remove(name)
            self._tell(name)

    def keep_unfinished(self, names: Collection[str], version: int) -> None:
        """After a list of all unfinished runs: others have finished or gone while nobody watched."""
        for name, entry in list(self._entries.items()):
            if not entry.is_finished and name not in names:
                self.drop(name, version)

    def unfinished(self) -> tuple[int, int]:
        """Runs that have not started, and all that have not finished."""
        entries = [entry for entry in self._entries.values() if not entry.is_finished]
        return sum(entry.is_pending for entry in entries), len(entries)

    @contextmanager
    def following(self, name: str) -> Iterator[Event]:
        """An event that is set after each change of the run."""
        changed = Event()
        self._followers.setdefault(name, set()).add(changed)
        try:
            yield changed
        finally:
            self._followers[name].discard(changed)
            if not self._followers[name]:
                del self._followers[name]

    def _forget_old(self) -> None:
        oldest = self._clock() - self._kept_s
        while self._finished:
            name, since = next(iter(self._finished.items()))
            if since > oldest and len(self._finished) <= self._kept:
                return
            self._remove(name)

    def _remove(self, name: str) -> None:
        del self._entries[name]
        self._finished.pop(name, None)

    def _tell(self, name: str) -> None:
        for changed in self._followers.get(name, ()):
            changed.set()
