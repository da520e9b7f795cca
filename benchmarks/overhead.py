"""What the embedded engine costs: wall time of a run, and the share of it in which no step was running.

    python -m benchmarks.overhead [--runs 3] [PDF …]

Without PDF a one-page document made in code is measured. Each run uses an empty store, so nothing is cached.
`outside steps` is the time between submission and end in which no process of the run was alive: the engine's own work.
`inside steps` is what the steps themselves count; the rest is Python starting and importing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from loguru import logger

from api.submission import build_submission
from api.task_id import new_task_id
from pdf_parser.domain.run import RunRequest
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import PdfWriter
from pipelines.local.client import local_client

Span = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """Seconds of one run."""

    wall: float
    in_pods: float
    in_steps: float
    pods: int


def one_page() -> bytes:
    writer = PdfWriter()
    page = writer.page()
    for i in range(40):
        page.text(72, 80 + 16 * i, f"Line {i} of a page with nothing special on it, but enough words to count.")
    return writer.to_bytes()


async def run_once(pdf: Path, profile: str) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            store_url=f"file://{folder}/store",
            engine_db=f"{folder}/engine.sqlite",
            engine_work_dir=f"{folder}/work",
            source_file_roots="/",
            profile=profile,  # type: ignore[arg-type]
        )
        env = {"STORE_URL": settings.store_url, "SOURCE_FILE_ROOTS": "/", "LOG_FORMAT": "json"}
        client = local_client(settings, env=env)
        try:
            name = new_task_id(datetime.now(timezone.utc))
            await client.submit(build_submission(name, RunRequest(source=pdf.absolute().as_uri()), settings))
            async for document in client.watch(name):
                last = document
            return measured(last, await client.logs(name))
        finally:
            await client.close()


def measured(document: dict[str, Any], logs: Iterable[str]) -> Measured:
    status = document["status"]
    if status["phase"] != "Succeeded":
        raise SystemExit(f"the run ended {status['phase']}")
    pods = [n for n in status["nodes"].values() if n["type"] == "Pod"]
    spans = sorted((seconds(n["startedAt"]), seconds(n["finishedAt"])) for n in pods)
    wall = seconds(status["finishedAt"]) - seconds(document["metadata"]["creationTimestamp"])
    return Measured(wall, covered(spans), sum(map(counted, logs)), len(pods))


def seconds(time: str) -> float:
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def covered(spans: list[Span]) -> float:
    total, end = 0.0, 0.0
    for start, finish in spans:
        total += max(0.0, finish - max(start, end))
        end = max(end, finish)
    return total


def counted(line: str) -> float:
    """The "… done in 0.42 s" that each process logs at its end."""
    try:
        message = json.loads(line.partition(": ")[2] if not line.startswith("{") else line)["message"]
    except (ValueError, KeyError, TypeError):
        return 0.0
    _, mark, rest = message.partition(" done in ")
    return float(rest.split()[0]) if mark else 0.0


def row(pdf: str, profile: str, runs: list[Measured]) -> str:
    def middle(values: Iterable[float]) -> float:
        return statistics.median(values)

    wall = middle(r.wall for r in runs)
    outside = middle((r.wall - r.in_pods) / r.wall for r in runs)
    inside = middle(r.in_steps for r in runs)
    return f"| {pdf} | {profile} | {runs[0].pods} | {wall:.2f} | {inside:.2f} | {100 * outside:.1f} % |"


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__)
    args.add_argument("pdf", nargs="*", type=Path)
    args.add_argument("--runs", type=int, default=3)
    chosen = args.parse_args(argv)
    logger.remove()
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {datetime.now():%Y-%m-%d}, median of {chosen.runs}\n"
    )
    print("| document | profile | processes | wall s | inside steps s | outside steps |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "one-page.pdf"
        page.write_bytes(one_page())
        for pdf in [page, *chosen.pdf]:
            for profile in ("express", "compact", "full"):
                runs = [asyncio.run(run_once(pdf, profile)) for _ in range(chosen.runs)]
                print(row(pdf.name, profile, runs), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
