"""All forms of a table under one roof, and the index that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pdf_parser.domain import layout
from pdf_parser.domain.table import Table
from pdf_parser.export.json_text import box, sayable
from pdf_parser.export.table_csv import table_csv
from pdf_parser.export.table_html import table_html
from pdf_parser.export.table_json import table_json
from pdf_parser.export.table_markdown import table_markdown
from pdf_parser.export.table_parquet import has_parquet, table_parquet

__all__ = ["has_parquet", "table_csv", "table_html", "table_index", "table_json", "table_markdown", "table_parquet"]

SUFFIXES = ("md", "csv", "json")


def table_index(tables: Iterable[Table], suffixes: Sequence[str] = SUFFIXES) -> dict[str, object]:
    """tables/index.json: one entry for each table, in the order that numbers them from 1. Ready for json.dumps."""
    return {"tables": [_entry(number, table, suffixes) for number, table in enumerate(tables, start=1)]}


def _entry(number: int, table: Table, suffixes: Sequence[str]) -> dict[str, object]:
    return {
        "id": table.id,
        "number": number,
        "pages": [table.page],
        "bbox": box(table.bbox),
        "caption": sayable(table.caption),
        "parser": table.parser,
        "rows": table.n_rows,
        "cols": table.n_cols,
        "continued_from": table.continued_from,
        "files": {suffix: layout.table(number, suffix) for suffix in suffixes},
    }
