"""A table as Parquet, all columns text, where pyarrow is installed (extra `parquet`)."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO

from pdf_parser.domain.table import Table
from pdf_parser.export.text import one_line, whole_characters
from pdf_parser.utils.splitter_lines import header_texts


def has_parquet() -> bool:
    return find_spec("pyarrow") is not None


def table_parquet(table: Table) -> bytes:
    """Header rows become column names, the other rows rows. Ask `has_parquet` first."""
    import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from pyarrow import parquet

    body = table.grid()[table.header_rows() :]
    columns = [
        pyarrow.array([whole_characters(row[col]) for row in body], pyarrow.string()) for col in range(table.n_cols)
    ]
    out = BytesIO()
    parquet.write_table(pyarrow.table(columns, names=column_names(table)), out)
    return out.getvalue()


def column_names(table: Table) -> list[str]:
    """One for each column and no two alike: "2020 / Q1", "column_3" without a header, "Q1_2" for a second "Q1"."""
    header = header_texts(table)
    names: dict[str, None] = {}
    for col in range(table.n_cols):
        parts = dict.fromkeys(text for row in header if (text := one_line(row[col])))
        base = " / ".join(parts) or f"column_{col + 1}"
        name, number = base, 1
        while name in names:
            number += 1
            name = f"{base}_{number}"
        names[name] = None
    return list(names)
