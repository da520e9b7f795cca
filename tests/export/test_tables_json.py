from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Cell
from pdf_parser.export.json_text import json_text
from pdf_parser.export.table_parquet import column_names
from pdf_parser.export.tables import has_parquet, table_json, table_parquet
from tests.export.documents import spanned, table

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_every_cell_is_read_back_to_the_letter(rows: list[tuple[str, str]]) -> None:
    read = json.loads(json_text(table_json(table(rows))))
    assert read["rows"] == [list(row) for row in rows]
    assert [cell["text"] for cell in read["cells"]] == [text for row in rows for text in row]


def test_the_grid_is_said_as_cells_and_as_rows() -> None:
    cells = [Cell(row=0, col=0, col_span=2, text="h", is_header=True), Cell(row=1, col=1, text="=1")]
    found = table_json(spanned(2, 2, *cells, caption="Table 1"))
    assert (found["id"], found["page"], found["caption"], found["parser"]) == ("t0001-01", 1, "Table 1", "test")
    assert (found["n_rows"], found["n_cols"], found["header_rows"]) == (2, 2, 1)
    assert found["bbox"] == [72.0, 72.0, 523.28, 90.5]
    assert found["rows"] == [["h", ""], ["", "=1"]]
    assert found["cells"] == [cell.model_dump() for cell in cells]


def test_what_json_cannot_say_is_null_or_replaced() -> None:
    found = table_json(table([["\ud800"]], bbox=BBox(x0=float("nan"), y0=0, x1=float("inf"), y1=-0.001)))
    assert found["bbox"] == [None, 0.0, None, 0.0]
    assert json.dumps(found, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ([["Year", "Q", "Q", "", "Q_2"]], ["Year", "Q", "Q_2", "column_4", "Q_2_2"]),
        ([["2020", "2020"], ["Q1", "Q2"]], ["2020 / Q1", "2020 / Q2"]),
        ([], ["column_1", "column_2"]),
    ],
)
def test_parquet_columns_have_names_of_their_own(header: list[list[str]], names: list[str]) -> None:
    assert column_names(table([*header, ["x"] * len(names)], header_rows=len(header))) == names


@pytest.mark.skipif(not has_parquet(), reason="pyarrow is not installed")
def test_parquet_holds_the_texts(tmp_path: Path) -> None:
    from pyarrow import parquet

    file = tmp_path / "table.parquet"
    file.write_bytes(table_parquet(table([["id", "id"], ["00123", "1.10"], ["", "(1)"]])))
    assert parquet.read_table(file).to_pydict() == {"id": ["00123", ""], "id_2": ["1.10", "(1)"]}
