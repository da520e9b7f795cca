"""One row a measurement in benchmarks/RESULTS.md: what ran, where, when, by which command."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
COLUMNS = ("nid", "teds", "mhs", "overall3", "nid_text", "words_f1")
HEADING = "## Quality"
TABLE = (
    f"| parser | corpus | {' | '.join(COLUMNS)} | cpu ms/page | command | date |\n"
    f"|---|---|{'---|' * len(COLUMNS)}---|---|---|\n"
)


@dataclass(frozen=True)
class Result:
    """`means` by metric name, as the scorer gives them; None where the truth holds nothing of the kind."""

    parser: str
    corpus: str
    means: dict[str, float | None]
    ms_per_page: float


def table_row(result: Result) -> str:
    figures = " | ".join("–" if (v := result.means.get(c)) is None else f"{v:.3f}" for c in COLUMNS)
    return f"| {result.parser} | {result.corpus} | {figures} | {result.ms_per_page:.0f} |"


def record(result: Result, command: str) -> None:
    """Replaces the row of the same parser and corpus, or adds one at the end of the table."""
    text = RESULTS.read_text() if RESULTS.exists() else f"# Results\n\n{HEADING}\n\n{_machine()}\n\n{TABLE}"
    row = f"{table_row(result)} `{command}` | {date.today()} |\n"
    head, _, rest = text.partition(TABLE)
    rows = [line + "\n" for line in rest.partition("\n\n")[0].splitlines()]
    tail = rest[len("".join(rows)) :]
    start = f"| {result.parser} | {result.corpus} |"
    kept = [line for line in rows if not line.startswith(start)]
    RESULTS.write_text(head + TABLE + "".join(sorted([*kept, row], key=_order)) + tail)


def _order(row: str) -> tuple[str, str]:
    parser, corpus = row.split("|")[1:3]
    return corpus, parser


def _machine() -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{machine}; cpu time, child processes included."
