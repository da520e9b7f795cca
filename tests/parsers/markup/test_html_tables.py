"""HTML tables become grids with spans, however carelessly they are written."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Table
from pdf_parser.parsers.markup.html import html_pieces
from pdf_parser.parsers.markup.piece import Grid


def grid(html: str) -> Grid:
    (piece,) = html_pieces(html)
    assert piece.table is not None
    return piece.table


def places(table: Grid) -> list[tuple[str, int, int, int, int]]:
    return [(cell.text, cell.row, cell.col, cell.row_span, cell.col_span) for cell in table.cells]


def test_spans_push_later_cells_aside():
    table = grid("<table><tr><th rowspan=2>a<th colspan=2>b</tr><tr><td>c<td>d</table>")
    assert places(table) == [("a", 0, 0, 2, 1), ("b", 0, 1, 1, 2), ("c", 1, 1, 1, 1), ("d", 1, 2, 1, 1)]
    assert (table.n_rows, table.n_cols) == (2, 3)


def test_spans_end_where_the_table_ends():
    table = grid("<table><tr><td rowspan=9>a</td><td>b</td></tr><tr><td colspan=99>c</td></tr></table>")
    assert places(table) == [("a", 0, 0, 2, 1), ("b", 0, 1, 1, 1), ("c", 1, 1, 1, 1)]


def test_the_head_has_header_cells():
    table = grid("<table><thead><tr><td>a</td></tr></thead><tr><td>b</td></tr></table>")
    assert [cell.is_header for cell in table.cells] == [True, False]


def test_cell_text_is_kept_to_the_letter_and_lines_stay_lines():
    table = grid("<table><caption>Table 1</caption><tr><td>1,234.50 <b>x</b> <i>y</i><br>(3)</td></tr></table>")
    assert table.cells[0].text == "1,234.50 x y\n(3)"
    assert table.caption == "Table 1"


def test_a_table_in_a_cell_is_text_of_that_cell():
    table = grid("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>")
    assert [cell.text for cell in table.cells] == ["a\nb c", "d"]


def test_a_table_without_text_is_none():
    assert html_pieces("<table><tr><td></td></tr></table>") == []


def test_a_table_that_was_cut_off_is_read_as_far_as_it_goes():
    assert places(grid("<table><tr><td>a</td><td>b")) == [("a", 0, 0, 1, 1), ("b", 0, 1, 1, 1)]


CELL = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.lists(st.lists(CELL, max_size=5), min_size=1, max_size=6))
def test_any_spans_make_a_table_without_collisions_and_every_cell_is_in_it(rows):
    cells = sum(map(len, rows))
    html = "".join(
        "<tr>" + "".join(f'<td rowspan="{r}" colspan="{c}">x</td>' for r, c in row) + "</tr>" for row in rows
    )
    pieces = html_pieces(f"<table>{html}</table>")
    if not cells:
        assert pieces == []
        return
    found = pieces[0].table
    assert found is not None and len(found.cells) == cells
    Table(
        id="t",
        page=1,
        bbox=BBox(x0=0, y0=0, x1=1, y1=1),
        n_rows=found.n_rows,
        n_cols=found.n_cols,
        cells=found.cells,
        parser="p",
    )
