"""JSON Schemas of all that the service publishes, made from the models that write it.

    python -m pdf_parser.schemas [--check]

writes them to schemas/, or fails when they are out of date. Readers must ignore fields that they do not know: fields
are added, never changed, so the schemas leave objects open although the models are strict.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.event import DeadLetter, Event
from pdf_parser.domain.ledger import PageRecord
from pdf_parser.domain.result import ResultManifest
from pdf_parser.domain.run import RunStatus, TaskRecord
from pdf_parser.export.citations import Citation
from pdf_parser.export.jsonl import BlockRow
from pdf_parser.export.table_index import TableIndex
from pdf_parser.export.table_json import TableFile

FOLDER = Path(__file__).parents[1] / "schemas"


@dataclass(frozen=True)
class Published:
    """`what` a file or body is; `mode` "validation" where fields without a value are left out."""

    what: str
    model: type[BaseModel]
    mode: Literal["serialization", "validation"] = "serialization"


SCHEMAS: dict[str, Published] = {
    "document": Published("One row of document.jsonl", BlockRow),
    "citations": Published("One row of citations.jsonl", Citation),
    "pages": Published("One row of pages.jsonl", PageRecord),
    "chunks": Published("One row of chunks.jsonl", Chunk),
    "table": Published("tables/NNNN.json and tables/NNNN-stitched.json", TableFile),
    "table-index": Published("tables/index.json", TableIndex),
    "manifest": Published("manifest.json", ResultManifest),
    "status": Published("Body of GET /status/{task_id}", RunStatus, "validation"),
    "event": Published("Body of a webhook, a CloudEvent", Event, "validation"),
    "dead-letter": Published("deadletter/<task id>.json in the store", DeadLetter),
    "task": Published("tasks/<task id>.json in the store", TaskRecord),
}


class _AsWritten(GenerateJsonSchema):
    """In what we write every field is there, those with a default too."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def schema_of(name: str) -> dict[str, Any]:
    published = SCHEMAS[name]
    schema = published.model.model_json_schema(mode=published.mode, schema_generator=_AsWritten)
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": f"{name}.schema.json", "title": published.what}
    return {**head, **{key: value for key, value in _open(schema).items() if key != "title"}}


def _open(schema: Any) -> Any:
    """Without what forbids fields that a later version adds, and without titles that only repeat names."""
    if isinstance(schema, list):
        return [_open(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
    return {key: _open(value) for key, value in kept.items() if not (key == "title" and isinstance(value, str))}


def outdated() -> list[str]:
    """File names in schemas/ that are not what the models say, missing and superfluous ones included."""
    wanted = {f"{name}.schema.json": schema_of(name) for name in SCHEMAS}
    found = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*")}
    return sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))


def main(argv: Sequence[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="python -m pdf_parser.schemas")
    arguments.add_argument("--check", action="store_true", help="only tell what is out of date")
    if arguments.parse_args(argv).check:
        stale = outdated()
        sys.stderr.write("".join(f"schemas/{name} is out of date: run `make schemas`\n" for name in stale))
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.schema.json"):
        path.unlink()
    for name in SCHEMAS:
        text = json.dumps(schema_of(name), indent=2, ensure_ascii=False)
        (FOLDER / f"{name}.schema.json").write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
