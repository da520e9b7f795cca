"""`pdf-parser parse`: submit each file to an embedded engine of its own, watch, copy the results out.

The store is the one of the settings, so that a second run is a cache hit; the engine's state is thrown away at the end.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console

from api.cli.outcome import Outcome, outcome_of, outcome_table
from api.cli.progress_bar import RunBars
from api.cli.results import result_folders, save_result
from api.progress import RunView, climb, read_run
from api.submission import build_submission
from api.task_id import new_task_id
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.run import RunRequest, RunState
from pdf_parser.errors import PdfParserError
from pdf_parser.observability.log import setup_logging
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.base import ObjectStore
from pipelines.client import WorkflowClient
from pipelines.local.client import local_client


@dataclass(frozen=True)
class ParseJob:
    options: ParseOptions
    out: Path
    password: str | None
    profile: str | None
    as_json: bool


def run_jobs(files: Sequence[str], job: ParseJob) -> int:
    """Exit code: 0 when every file succeeded, 1 otherwise."""
    setup_logging(Settings(log_format="text", log_level="WARNING"))
    with tempfile.TemporaryDirectory(prefix="pdf-parser-engine-") as folder:
        settings = _settings(job, Path(folder))
        outcomes = asyncio.run(_run_all(list(files), job, settings))
    if not job.as_json:
        Console(stderr=True).print(outcome_table(outcomes))
    return 0 if all(outcome.succeeded for outcome in outcomes) else 1


def _settings(job: ParseJob, folder: Path) -> Settings:
    """The user's own settings; the engine is private to this command and the user may read all of their files."""
    private = {
        "engine_db": str(folder / "engine.sqlite"),
        "engine_work_dir": str(folder / "work"),
        "source_file_roots": "/",
    }
    if job.profile:
        private["profile"] = job.profile
    return Settings(**private)  # type: ignore[arg-type]


async def _run_all(files: list[str], job: ParseJob, settings: Settings) -> list[Outcome]:
    store = open_store(settings)
    env = {"SOURCE_FILE_ROOTS": "/"} | ({"PDF_PASSWORD_CLI": job.password} if job.password is not None else {})
    client = local_client(settings, env=env)
    folders = result_folders(files, job.out)
    side_by_side = asyncio.Semaphore(settings.engine_parallelism or os.cpu_count() or 1)

    async def run_in_turn(file: str, folder: Path, bars: RunBars) -> Outcome:
        async with side_by_side:
            return await _run_one(file, folder, job, settings, store, client, bars)

    try:
        with RunBars(files, quiet=job.as_json) as bars:
            runs = [run_in_turn(file, folder, bars) for file, folder in zip(files, folders, strict=True)]
            return list(await asyncio.gather(*runs))
    finally:
        await client.close()


async def _run_one(
    file: str,
    folder: Path,
    job: ParseJob,
    settings: Settings,
    store: ObjectStore,
    client: WorkflowClient,
    bars: RunBars,
) -> Outcome:
    started = time.monotonic()
    task_id = new_task_id(datetime.now(timezone.utc))
    request = RunRequest(source=_source_url(file), options=job.options)
    await client.submit(build_submission(task_id, request, settings))
    view = await _follow(client, task_id, file, bars)
    pages, saved = 0, None
    if view.state is RunState.SUCCEEDED and view.cache_key is not None:
        manifest = await asyncio.to_thread(save_result, store, view.cache_key, folder)
        pages, saved = manifest.pages.total, str(folder)
    outcome = outcome_of(file, task_id, view, time.monotonic() - started, pages, saved)
    if job.as_json:
        sys.stdout.write(outcome.to_json() + "\n")
        sys.stdout.flush()
    return outcome


async def _follow(client: WorkflowClient, task_id: str, file: str, bars: RunBars) -> RunView:
    progress = 0
    view = None
    async for document in client.watch(task_id):
        view = climb(progress, read_run(document))
        progress = view.progress
        bars.show(file, view)
    if view is None:
        raise PdfParserError(f"The engine lost run {task_id}.")
    return view


def _source_url(file: str) -> str:
    return file if "://" in file else Path(os.path.abspath(file)).as_uri()  # noqa: PTH100 (a link keeps its name)
