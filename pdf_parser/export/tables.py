"""All forms of a table under one roof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pdf_parser.domain.table import Table
from pdf_parser.export.json_text import json_text
from pdf_parser.export.table_csv import table_csv
from pdf_parser.export.table_html import table_html
from pdf_parser.export.table_json import table_json
from pdf_parser.export.table_markdown import table_markdown
from pdf_parser.export.table_parquet import has_parquet, table_parquet

__all__ = ["has_parquet", "table_csv", "table_forms", "table_html", "table_json", "table_markdown", "table_parquet"]

PARQUET = "parquet"
CONTENT_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class TableForm:
    suffix: str
    content_type: str
    data: bytes


def table_forms(table: Table, parts: Sequence[Table] = (), *, neutralise_formulas: bool = True) -> Iterator[TableForm]:
    """One after the other, Parquet where pyarrow is installed. `parts` are those that a stitched table is made of."""
    for suffix, content_type in CONTENT_TYPES.items():
        if suffix != PARQUET or has_parquet():
            yield TableForm(suffix, content_type, _data(suffix, table, parts, neutralise_formulas))


def _data(suffix: str, table: Table, parts: Sequence[Table], neutralise_formulas: bool) -> bytes:
    if suffix == PARQUET:
        return table_parquet(table)
    if suffix == "md":
        return table_markdown(table).encode()
    if suffix == "csv":
        return table_csv(table, neutralise_formulas=neutralise_formulas).encode()
    if suffix == "html":
        return table_html(table, table.caption).encode()
    return json_text(table_json(table, parts)).encode()
