"""Write every table as Markdown, CSV and JSON, and the index of them all."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.table import Table
from pdf_parser.export.json_text import json_text
from pdf_parser.export.tables import table_csv, table_index, table_json, table_markdown
from pdf_parser.storage.base import ObjectStore
from steps.contracts import EXPORT_TABLES
from steps.entrypoint import Context, Values, step_main
from steps.objects import JSON, delete_all


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    delete_all(context.store, layout.draft(key, layout.TABLES))
    index = table_index(_written(_merged_tables(context.store, key), key, context.store))
    context.store.put(layout.draft(key, layout.TABLE_INDEX), json_text(index).encode(), JSON)
    return {}


def _written(tables: Iterator[Table], key: CacheKey, store: ObjectStore) -> Iterator[Table]:
    """Passes each table on when its files are stored: one table in memory at a time."""
    for number, table in enumerate(tables, start=1):
        _write(store, key, number, table)
        yield table


def _merged_tables(store: ObjectStore, key: CacheKey) -> Iterator[Table]:
    with store.open(layout.merged_tables(key)) as lines:
        for line in lines:
            yield Table.model_validate_json(line)


def _write(store: ObjectStore, key: CacheKey, number: int, table: Table) -> None:
    forms = {
        "md": (table_markdown(table), "text/markdown; charset=utf-8"),
        "csv": (table_csv(table), "text/csv; charset=utf-8"),
        "json": (json_text(table_json(table)), JSON),
    }
    for suffix, (text, content_type) in forms.items():
        store.put(layout.draft(key, layout.table(number, suffix)), text.encode(), content_type)


if __name__ == "__main__":
    sys.exit(step_main(EXPORT_TABLES, run))
