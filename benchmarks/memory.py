"""Peak memory and speed of merge, export-tables and upload, for short and for long documents.

    python -m benchmarks.memory [--pages 100 2500] [--parts 10]

The pages are made in code: 40 paragraphs of 90 characters, a heading, a running header, and on every second page a
table of 20 rows and 5 columns; `--parts` of them after each other are one table that runs over pages. Each step
runs in a process of its own over a folder store; its peak is VmHWM of /proc, because getrusage also counts the parent.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import Block, BlockKind, Page, TextStyle, block_id, table_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.shard import Shard, ShardPlan
from pdf_parser.domain.table import Cell, Table
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from steps.entrypoint import Context
from steps.progress import Progress

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
STEPS = ("merge", "export_tables", "upload")
WIDTH, HEIGHT = 595.0, 842.0
BLOCKS, ROWS, COLS = 40, 20, 5
TABLE_EVERY, PARTS = 2, 10


@dataclass(frozen=True)
class Measured:
    step: str
    pages: int
    peak_mb: float
    seconds: float
    cpu_s: float


def make_document(folder: Path, pages: int, parts: int = PARTS) -> None:
    """What parse-shard leaves behind for a document of so many pages, with tables of so many parts."""
    store = FolderStore(folder)
    numbers = tuple(range(1, pages + 1))
    profiles = tuple(PageProfile(page=n, width=WIDTH, height=HEIGHT, kind=PageKind.DIGITAL) for n in numbers)
    source = layout.source(KEY.sha256)
    shard = Shard(index=0, lane=Lane.CPU, parsers=("pdfium",), reason="", pages=numbers, estimated_s=1, pdf_key=source)
    plan = ShardPlan(page_count=pages, pages=numbers, profiles=profiles, shards=(shard,))
    store.put(layout.plan(KEY), plan.model_dump_json().encode())
    store.put(source, b"%PDF-1.7")
    for number in numbers:
        store.put(layout.page(KEY, number), _page(number, parts).model_dump_json().encode())


def _page(number: int, parts: int) -> Page:
    texts = [f"Report of the year, page {number}", f"{number} A heading", *_paragraphs(number)]
    blocks = [_block(number, i, text) for i, text in enumerate(texts, start=1)]
    tables = (_table(number, parts),) if number % TABLE_EVERY == 0 else ()
    blocks += [
        _block(number, len(blocks) + 1, "").model_copy(update={"kind": BlockKind.TABLE, "table_id": table.id})
        for table in tables
    ]
    record = PageRecord(page=number, kind=PageKind.DIGITAL, status=PageStatus.OK, parser="pdfium", ms=20)
    return Page(page=number, width=WIDTH, height=HEIGHT, blocks=tuple(blocks), tables=tables, record=record)


def _paragraphs(number: int) -> list[str]:
    return [
        f"Line {i} of page {number} says something else than the {i + 1} others, so that nothing is shared."
        for i in range(BLOCKS)
    ]


def _block(number: int, index: int, text: str) -> Block:
    style = TextStyle(size=16 if index == 2 else 10, bold=index == 2)
    top = 18.0 * index
    return Block(
        id=block_id(number, index),
        kind=BlockKind.PARAGRAPH,
        page=number,
        bbox=BBox(x0=72, y0=top, x1=523, y1=top + 12),
        text=text,
        style=style,
        parser="pdfium",
    )


def _table(number: int, parts: int) -> Table:
    cells = tuple(
        Cell(row=r, col=c, text=f"{number}.{r}.{c}" if r else f"Column {c}", is_header=r == 0)
        for r in range(ROWS)
        for c in range(COLS)
    )
    is_continued = number // TABLE_EVERY % parts != 1 % parts
    return Table(
        id=table_id(number, 1),
        page=number,
        bbox=BBox(x0=72, y0=700, x1=523, y1=800),
        n_rows=ROWS,
        n_cols=COLS,
        cells=cells,
        parser="pdfium",
        continued_from=table_id(number - TABLE_EVERY, 1) if is_continued else None,
    )


def measure(step: str, folder: Path, pages: int) -> Measured:
    """Runs one step over the document in `folder`, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", "--step", step, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(step=step, pages=pages, **json.loads(done.stdout))


def _run_here(step: str, folder: Path) -> None:
    logger.remove()
    context = Context(FolderStore(folder), Settings(_env_file=None), Progress())
    started = time.perf_counter()
    import_module(f"steps.{step}").run({"cache-key": str(KEY), "task-id": "t1", "options": "{}"}, context)
    seconds = time.perf_counter() - started
    print(json.dumps({"peak_mb": _peak_mb(), "seconds": seconds, "cpu_s": time.process_time()}))


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _row(found: Measured) -> str:
    speed = found.pages / found.seconds
    name = found.step.replace("_", "-")
    return f"| {name} | {found.pages} | {found.peak_mb:.0f} | {found.seconds:.1f} | {found.cpu_s:.1f} | {speed:.0f} |"


def main(argv: Sequence[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    args.add_argument("--pages", type=int, nargs="+", default=[100, 2500])
    args.add_argument("--parts", type=int, default=PARTS)
    args.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    args.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = args.parse_args(argv)
    if chosen.step:
        _run_here(chosen.step, chosen.folder)
        return 0
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {datetime.now():%Y-%m-%d}\n")
    print("| step | pages | peak MB | seconds | cpu s | pages/s |\n|---|---|---|---|---|---|")
    for pages in chosen.pages:
        with tempfile.TemporaryDirectory() as folder:
            make_document(Path(folder), pages, chosen.parts)
            for step in STEPS:
                print(_row(measure(step, Path(folder), pages)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
