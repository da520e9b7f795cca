"""The state of the engine in one SQLite file: a row per workflow, and the processes under way.

Written by the engine's thread alone, read by any. In WAL mode a commit with synchronous=NORMAL is not flushed: killing
the engine loses nothing, a power cut may lose the last moments of a run, which then does a step again. A submission is
flushed (FULL): once accepted, a run is not forgotten.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pdf_parser.errors import EngineUnavailable
from pipelines.client import WorkflowDocument
from pipelines.local.machine.orphans import ProcessRecord

_SCHEMA = """
CREATE TABLE IF NOT EXISTS workflows (
    seq INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, created TEXT NOT NULL, phase TEXT NOT NULL,
    labels TEXT NOT NULL, expires REAL, template TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_phase ON workflows (phase);
CREATE TABLE IF NOT EXISTS processes (
    workflow TEXT NOT NULL, node TEXT NOT NULL, pid INTEGER NOT NULL, ticks INTEGER NOT NULL, boot TEXT NOT NULL,
    PRIMARY KEY (workflow, node)
) WITHOUT ROWID;
"""
Rows = list[tuple[Any, ...]]
_FINISHED = "phase IN ('Succeeded', 'Failed', 'Error')"
_TEMPLATE = "storedWorkflowTemplateSpec"  # never changes during a run: kept in a column of its own


class Store:
    def __init__(self, path: Path) -> None:
        """Raises EngineUnavailable when the file cannot be used."""
        try:
            self._writer = _connect(path)
            self._writer.executescript(_SCHEMA)
            self._reader = _connect(path)
        except sqlite3.Error as exc:
            raise EngineUnavailable(f"{path} cannot be used as the engine's state: {exc}. Move it away.") from exc
        self._reading = threading.Lock()
        self._expiry = self._earliest_expiry()

    # --- writing, by the engine's thread ------------------------------------------------------------------------------
    def insert(self, document: WorkflowDocument) -> None:
        self._writer.execute("PRAGMA synchronous=FULL")
        with self._writer:
            self._writer.execute(
                "INSERT INTO workflows (name, created, phase, labels, template, document) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    document["metadata"]["name"],
                    document["metadata"]["creationTimestamp"],
                    *_columns(document),
                    json.dumps(document["status"][_TEMPLATE]),
                    _dump(document),
                ),
            )
        self._writer.execute("PRAGMA synchronous=NORMAL")

    def save(
        self,
        documents: Iterable[tuple[WorkflowDocument, float | None]],
        started: Iterable[ProcessRecord],
        ended: Iterable[tuple[str, str]],
    ) -> None:
        """Documents with the time (Unix) after which each may be removed; processes that run; nodes whose has ended."""
        rows = [(*_columns(d), expires, _dump(d), d["metadata"]["name"]) for d, expires in documents]
        with self._writer:
            self._writer.executemany(
                "UPDATE workflows SET phase = ?, labels = ?, expires = ?, document = ? WHERE name = ?", rows
            )
            self._writer.executemany(
                "INSERT OR REPLACE INTO processes VALUES (?, ?, ?, ?, ?)",
                [(r.workflow, r.node, r.pid, r.ticks, r.boot) for r in started],
            )
            self._writer.executemany("DELETE FROM processes WHERE workflow = ? AND node = ?", list(ended))
        self._expiry = min((e for e in (self._expiry, *(row[2] for row in rows)) if e is not None), default=None)

    def take_processes(self) -> list[ProcessRecord]:
        """Those an engine before this one has not seen end; forgotten with this call."""
        with self._writer:
            rows = self._writer.execute("SELECT workflow, node, pid, ticks, boot FROM processes").fetchall()
            self._writer.execute("DELETE FROM processes")
        return [ProcessRecord(*row) for row in rows]

    def remove_expired(self, now: datetime) -> list[str]:
        """The names of the workflows removed."""
        if self._expiry is None or self._expiry > now.timestamp():
            return []
        with self._writer:
            names = self._writer.execute("SELECT name FROM workflows WHERE expires <= ?", (now.timestamp(),)).fetchall()
            self._writer.executemany("DELETE FROM workflows WHERE name = ?", names)
        self._expiry = self._earliest_expiry()
        return [name for (name,) in names]

    def next_expiry(self) -> float | None:
        """Unix time."""
        return self._expiry

    def _earliest_expiry(self) -> float | None:
        expires: float | None = self._writer.execute("SELECT MIN(expires) FROM workflows").fetchone()[0]
        return expires

    def unfinished(self) -> list[WorkflowDocument]:
        query = f"SELECT template, document FROM workflows WHERE NOT {_FINISHED} ORDER BY seq"  # noqa: S608
        return [_load(*row) for row in self._writer.execute(query)]

    # --- reading, by any thread ---------------------------------------------------------------------------------------
    def get(self, name: str) -> WorkflowDocument | None:
        rows = self._read("SELECT template, document FROM workflows WHERE name = ?", (name,))
        return _load(*rows[0]) if rows else None

    def list(self, labels: Mapping[str, str]) -> list[WorkflowDocument]:
        """Newest first."""
        rows = self._read("SELECT labels, template, document FROM workflows ORDER BY seq DESC")
        return [_load(template, document) for found, template, document in rows if _matches(found, labels)]

    def counts(self) -> tuple[int, int]:
        """Workflows that have not started, and all that have not finished."""
        phases = [phase for (phase,) in self._read(f"SELECT phase FROM workflows WHERE NOT {_FINISHED}")]  # noqa: S608
        return sum(phase in ("", "Pending") for phase in phases), len(phases)

    def close(self) -> None:
        with self._reading:
            self._reader.close()
        self._writer.close()

    def _read(self, query: str, parameters: tuple[str, ...] = ()) -> Rows:
        with self._reading:
            try:
                return self._reader.execute(query, parameters).fetchall()
            except sqlite3.ProgrammingError as exc:  # closed between the caller's question and this one
                raise EngineUnavailable("The embedded engine has just been closed. Start the service again.") from exc


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _columns(document: WorkflowDocument) -> tuple[str, str]:
    return document["status"].get("phase") or "", json.dumps(document["metadata"].get("labels") or {})


def _dump(document: WorkflowDocument) -> str:
    status = {key: value for key, value in document["status"].items() if key != _TEMPLATE}
    return json.dumps({**document, "status": status}, separators=(",", ":"), ensure_ascii=False)


def _load(template: str, document: str) -> WorkflowDocument:
    loaded: WorkflowDocument = json.loads(document)
    loaded["status"][_TEMPLATE] = json.loads(template)
    return loaded


def _matches(found: str, wanted: Mapping[str, str]) -> bool:
    labels = json.loads(found)
    return all(labels.get(name) == value for name, value in wanted.items())
