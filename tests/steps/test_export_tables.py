"""export-tables over a real store: rows, columns and every cell in every form, whole tables beside their parts."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.result import ResultFile
from pdf_parser.domain.table import Table
from pdf_parser.export.table_csv import inert
from pdf_parser.export.tables import has_parquet
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from steps import export_tables
from steps.entrypoint import Context
from steps.progress import Progress
from tests.export.documents import table
from tests.export.markdown_reader import pipe_rows

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
LETTERS = [
    "00123",
    "1.10",
    "12345678.91",
    "(1,234)",
    "a|b",
    "two\nlines",
    "=1+1",
    "@x",
    "-5",
    "",
    " x ",
    'say "x"',
    "é你",
]
CELL = st.sampled_from(LETTERS) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
GRIDS = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=5))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(FolderStore(tmp_path / "store"), Settings(_env_file=None), Progress())


def export(context: Context, tables: Sequence[Table]) -> dict[str, bytes]:
    """The files of the step by name."""
    lines = "".join(found.model_dump_json() + "\n" for found in tables)
    context.store.put(layout.merged_tables(KEY), lines.encode())
    export_tables.run({"cache-key": str(KEY)}, context)
    prefix = layout.draft(KEY)
    return {info.key[len(prefix) :]: context.store.get(info.key) for info in context.store.list(prefix)}


def rows_of_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def part(rows: list[list[str]], page_no: int) -> Table:
    return table(rows, page_no=page_no, continued_from=f"t{page_no - 1:04d}-01" if page_no > 1 else None)


def squeezed(rows: list[list[str]]) -> list[list[str]]:
    return [[" ".join(text.split()) for text in row] for row in rows]


@settings(max_examples=60)
@given(st.lists(GRIDS, max_size=3))
def test_rows_columns_and_cells_are_kept_in_every_form(grids: list[list[list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = Context(FolderStore(Path(folder)), Settings(_env_file=None), Progress())
        files = export(context, [table(rows, number=n) for n, rows in enumerate(grids, start=1)])
    for number, rows in enumerate(grids, start=1):
        found = json.loads(files[layout.table(number, "json")])
        assert (found["n_rows"], found["n_cols"], found["rows"]) == (len(rows), len(rows[0]), rows)
        assert rows_of_csv(files[layout.table(number, "csv")]) == [[inert(text) for text in row] for row in rows]
        assert squeezed(pipe_rows(files[layout.table(number, "md")].decode())) == squeezed(rows)
        assert files[layout.table(number, "html")].count(b"<tr>") == len(rows)
    assert len(json.loads(files[layout.TABLE_INDEX])["tables"]) == len(grids)


def test_formulas_stay_when_that_is_asked_for(context: Context) -> None:
    as_they_are = replace(context, settings=context.settings.model_copy(update={"csv_neutralise_formulas": False}))
    rows = [["h"], ["=1+1"]]
    assert rows_of_csv(export(context, [table(rows)])["tables/0001.csv"]) == [["h"], ["'=1+1"]]
    assert rows_of_csv(export(as_they_are, [table(rows)])["tables/0001.csv"]) == rows


def test_a_table_over_pages_is_there_in_parts_and_as_a_whole(context: Context) -> None:
    header = ["id", "amount"]
    parts = [part([header, ["1", "1.10"]], 1), part([header, ["2", "(2)"]], 2), part([header, ["3", "00123"]], 3)]
    files = export(context, [*parts, table([["x"]], page_no=9)])
    whole = json.loads(files["tables/0001-stitched.json"])
    assert whole["rows"] == [header, ["1", "1.10"], ["2", "(2)"], ["3", "00123"]]
    assert [(p["id"], p["page"]) for p in whole["parts"]] == [("t0001-01", 1), ("t0002-01", 2), ("t0003-01", 3)]
    assert rows_of_csv(files["tables/0001-stitched.csv"]) == whole["rows"]
    index = json.loads(files[layout.TABLE_INDEX])
    assert [entry["stitched"] for entry in index["tables"]] == ["t0001-01-stitched"] * 3 + [None]
    [stitched] = index["stitched"]
    assert (stitched["numbers"], stitched["pages"], stitched["rows"]) == ([1, 2, 3], [1, 2, 3], 4)


def test_every_file_that_the_index_names_is_there_and_no_other(context: Context) -> None:
    context.store.put(layout.draft(KEY, "tables/0009.csv"), b"of an earlier attempt")
    files = export(context, [part([["a"], ["1"]], 1), part([["a"], ["2"]], 2)])
    index = json.loads(files[layout.TABLE_INDEX])
    named = {name for entry in (*index["tables"], *index["stitched"]) for name in entry["files"].values()}
    assert named | {layout.TABLE_INDEX} == set(files)


def test_parts_are_what_table_keys_count(context: Context) -> None:
    files = export(context, [part([["a"], ["1"]], 1), part([["a"], ["2"]], 2)])
    names = [ResultFile(name=name, size_bytes=1, sha256="c" * 64).name for name in sorted(files)]
    assert [name for name in names if layout.is_table_json(name)] == ["tables/0001.json", "tables/0002.json"]


def test_a_table_too_long_stays_in_its_parts(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_tables, "MAX_STITCHED_CELLS", 3)
    files = export(context, [part([["a"], ["1"]], 1), part([["a"], ["2"]], 2)])
    assert json.loads(files[layout.TABLE_INDEX])["stitched"] == []
    assert "tables/0002.json" in files


@pytest.mark.skipif(not has_parquet(), reason="pyarrow is not installed")
def test_parquet_has_the_same_rows_and_columns(context: Context) -> None:
    from pyarrow import parquet

    rows = [["id", "id", ""], ["00123", "1.10", "(1,234)"]]
    data = export(context, [table(rows)])["tables/0001.parquet"]
    assert parquet.read_table(io.BytesIO(data)).to_pydict() == {
        "id": ["00123"],
        "id_2": ["1.10"],
        "column_3": ["(1,234)"],
    }
