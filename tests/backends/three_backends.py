"""Deployments of several back-ends, and the whole DAG over the document that has a page of each kind.

    ENGINE_INTERPRETERS=parser-gpu=.venv-docling/bin/python,… .venv-docling/bin/python -m tests.backends.three_backends

prints the ledgers that docs/backends.md shows.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pdf_parser.settings import Settings
from pipelines.client import WorkflowDocument
from tests.backends.mixed_document import BLANK, DIGITAL, GARBLED, SCANNED, TABLE, mixed_pdf, models
from tests.e2e.house import House

TIMEOUT_S = 600
COLUMNS = ("page", "kind", "route", "parser", "status", "reason")


@dataclass(frozen=True)
class Deployed:
    """`made_by` and `routes` are what the ledger has to say of each page."""

    backends: str
    mode: str
    made_by: dict[int, str]
    routes: dict[int, str]


EVERYTHING = Deployed(
    "docling,marker,nanonets-ocr2",
    "accurate",
    {DIGITAL: "marker", SCANNED: "nanonets-ocr2", GARBLED: "docling", TABLE: "nanonets-ocr2", BLANK: "pdfium"},
    {
        DIGITAL: "digital page",
        SCANNED: "scanned page",
        GARBLED: "came out badly from vlm",
        TABLE: "digital page with tables",
        BLANK: "blank page",
    },
)
NO_VISION = Deployed(
    "marker,unstructured",
    "balanced",
    {DIGITAL: "marker", SCANNED: "unstructured", GARBLED: "unstructured", TABLE: "marker", BLANK: "pdfium"},
    {
        DIGITAL: "digital page",
        SCANNED: "came out badly from marker",
        GARBLED: "came out badly from marker",
        TABLE: "digital page",
        BLANK: "blank page",
    },
)


def parse(folder: Path, deployed: Deployed) -> tuple[House, WorkflowDocument]:
    (folder / "document.pdf").write_bytes(mixed_pdf())
    interpreters = {image: Path(path).absolute() for image, path in Settings().interpreters().items()}
    house = House(folder, interpreters)
    with models() as env:
        options = f'{{"mode": "{deployed.mode}"}}'
        return house, house.run("pdf-parse", {**env, "BACKENDS": deployed.backends}, options, TIMEOUT_S)


def table(rows: list[dict[str, Any]]) -> str:
    head = ["| " + " | ".join(COLUMNS) + " | tried in vain |", "|---" * (len(COLUMNS) + 1) + "|"]
    return "\n".join([*head, *(f"| {' | '.join(_cells(row))} |" for row in rows)])


def _cells(row: dict[str, Any]) -> list[str]:
    tried = ", ".join(f"{attempt['parser']} `{attempt['outcome']}`" for attempt in row["tried"])
    return [*(str(row[name] or "") for name in COLUMNS), tried]


def show() -> None:
    for deployed in (EVERYTHING, NO_VISION):
        with tempfile.TemporaryDirectory() as folder:
            house, _ = parse(Path(folder), deployed)
            print(f"BACKENDS={deployed.backends}, mode {deployed.mode}\n\n{table(house.ledger())}\n")  # noqa: T201


if __name__ == "__main__":
    show()
