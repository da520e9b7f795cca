"""The whole DAG over a long document in the embedded engine: memory of each step, processor time, pages a second.

    python -m benchmarks.scale [--folder ../shared/corpus/long/pdf] [--pages 100 2000]

The documents are the PDFs of the folder one after the other, again and again, up to so many pages. Every step is a
process of its own (profile "full"); the store is empty. /proc is read every 50 ms: `peak` is VmHWM of the largest
process of a step, its parser processes included; `together` is the most that a step and its children held at one
moment, shared pages counted in each.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import cycle, islice
from pathlib import Path

import pikepdf
from loguru import logger

from api.submission import build_submission
from api.task_id import new_task_id
from pdf_parser.domain.run import RunRequest
from pdf_parser.settings import Settings
from pipelines.local.client import local_client

_STEP = re.compile(r"-m\0steps\.(\w+)\0")
_TICKS = os.sysconf("SC_CLK_TCK")
_KB, _MB = 1024, 1 << 20


@dataclass
class StepPeak:
    """`cpu_s` by process: those of one step add up, their children included."""

    peak: int = 0
    together: int = 0
    cpu_s: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    pid: int
    parent: int
    step: str
    resident: int
    peak: int
    cpu_s: float


def concatenate(folder: Path, pages: int, target: Path) -> None:
    with pikepdf.new() as whole:
        sources = [pikepdf.open(path) for path in sorted(folder.glob("*.pdf"))]
        for page in islice((page for source in cycle(sources) for page in source.pages), pages):
            whole.pages.append(page)
        whole.save(target)


def processes() -> Iterator[Seen]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found = _STEP.search((folder / "cmdline").read_text())
            if found:
                yield _seen(folder, found.group(1))
        except (OSError, ValueError, IndexError, AttributeError):  # it has ended in between
            continue


def _seen(folder: Path, step: str) -> Seen:
    status = (folder / "status").read_text()
    fields = (folder / "stat").read_text().rpartition(")")[2].split()

    def size(name: str) -> int:
        return int(status.split(f"{name}:")[1].split()[0]) * _KB

    cpu = sum(map(int, fields[11:15])) / _TICKS
    return Seen(int(folder.name), int(fields[1]), step, size("VmRSS"), size("VmHWM"), cpu)


def observe(peaks: dict[str, StepPeak], store: str) -> None:
    """One look at every step of this benchmark that is running."""
    seen = {p.pid: p for p in processes() if _belongs(p.pid, store)}
    roots = [p for p in seen.values() if p.parent not in seen]
    for root in roots:
        family = [p for p in seen.values() if p is root or p.parent == root.pid]
        peak = peaks[root.step]
        peak.peak = max(peak.peak, *(p.peak for p in family))
        peak.together = max(peak.together, sum(p.resident for p in family))
        cpu_s = sum(p.cpu_s for p in family)  # of children that have ended the parent knows
        peak.cpu_s[root.pid] = max(cpu_s, peak.cpu_s.get(root.pid, 0))


def _belongs(pid: int, store: str) -> bool:
    try:
        return store.encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


async def run(pdf: Path, folder: str) -> tuple[float, dict[str, StepPeak]]:
    """Wall seconds and what each step took."""
    settings = Settings(
        _env_file=None,
        store_url=f"file://{folder}/store",
        engine_db=f"{folder}/engine.sqlite",
        engine_work_dir=f"{folder}/work",
        source_file_roots="/",
        profile="full",
    )
    env = {"STORE_URL": settings.store_url, "SOURCE_FILE_ROOTS": "/", "LOG_FORMAT": "json"}
    client = local_client(settings, env=env)
    peaks: dict[str, StepPeak] = defaultdict(StepPeak)
    started = time.monotonic()
    try:
        name = new_task_id(datetime.now(timezone.utc))
        await client.submit(build_submission(name, RunRequest(source=pdf.absolute().as_uri()), settings))
        while (status := (await client.get(name))["status"]).get("phase") not in ("Succeeded", "Failed", "Error"):
            await asyncio.to_thread(observe, peaks, settings.store_url)
            await asyncio.sleep(0.05)
    finally:
        await client.close()
    if status["phase"] != "Succeeded":
        raise SystemExit(f"the run ended {status['phase']}: {status.get('message')}")
    return time.monotonic() - started, peaks


def report(pages: int, seconds: float, peaks: dict[str, StepPeak]) -> None:
    for step, peak in peaks.items():
        cpu = sum(peak.cpu_s.values())
        sizes = f"{peak.peak / _MB:.0f} | {peak.together / _MB:.0f}"
        print(f"| {step.replace('_', '-')} | {pages} | {len(peak.cpu_s)} | {sizes} | {cpu:.1f} | |")
    cpu = sum(sum(peak.cpu_s.values()) for peak in peaks.values())
    most, together = (max(getattr(peak, name) for peak in peaks.values()) for name in ("peak", "together"))
    processes = sum(len(peak.cpu_s) for peak in peaks.values())
    print(
        f"| **all** | {pages} | {processes} | {most / _MB:.0f} | {together / _MB:.0f} | {cpu:.1f} "
        f"({1000 * cpu / pages:.0f} ms a page) | {pages / seconds:.1f} |",
        flush=True,
    )


def main(argv: Sequence[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    args.add_argument("--folder", type=Path, default=Path("../shared/corpus/long/pdf"))
    args.add_argument("--pages", type=int, nargs="+", default=[100, 2000])
    chosen = args.parse_args(argv)
    logger.remove()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {datetime.now():%Y-%m-%d}\n")
    print("| step | pages | processes | peak MB | together MB | cpu s | pages/s |\n|---|---|---|---|---|---|---|")
    for pages in chosen.pages:
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder, "long.pdf")
            concatenate(chosen.folder, pages, pdf)
            report(pages, *asyncio.run(run(pdf, folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
