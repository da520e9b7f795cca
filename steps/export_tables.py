"""Write every table as Markdown, CSV and JSON, and the index of them all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.table import Table
from pdf_parser.export.tables import table_csv, table_index, table_json, table_markdown
from pdf_parser.storage.base import ObjectStore
from steps.contracts import EXPORT_TABLES
from steps.entrypoint import Context, Values, step_main


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    tables = []
    for number, table in enumerate(_merged_tables(context.store, key), start=1):
        _write(context.store, key, number, table)
        tables.append(table)
    index = json.dumps(table_index(tables), ensure_ascii=False)
    context.store.put(layout.draft(key, layout.TABLE_INDEX), index.encode(), "application/json")
    return {}


def _merged_tables(store: ObjectStore, key: CacheKey) -> Iterator[Table]:
    with store.open(layout.merged_tables(key)) as lines:
        for line in lines:
            yield Table.model_validate_json(line)


def _write(store: ObjectStore, key: CacheKey, number: int, table: Table) -> None:
    forms = {
        "md": (table_markdown(table), "text/markdown"),
        "csv": (table_csv(table), "text/csv"),
        "json": (json.dumps(table_json(table), ensure_ascii=False), "application/json"),
    }
    for suffix, (text, content_type) in forms.items():
        store.put(layout.draft(key, layout.table(number, suffix)), text.encode(), f"{content_type}; charset=utf-8")


if __name__ == "__main__":
    sys.exit(step_main(EXPORT_TABLES, run))
