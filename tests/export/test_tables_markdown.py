from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.table import Cell, Table
from pdf_parser.export.tables import table_html, table_markdown
from pdf_parser.export.text import tidy
from tests.export.documents import spanned, table
from tests.export.markdown_reader import html_rows, html_tags, pipe_rows, squeeze, types

TEXT = st.one_of(st.text(max_size=12), st.text(alphabet="a|\\ \n`*_<>&[]()-:#=", max_size=12))
GRIDS = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(st.lists(TEXT, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


@st.composite
def tables_with_spans(draw: st.DrawFn) -> Table:
    """Rectangles laid one after the other on free places; some places stay without a cell."""
    n_rows, n_cols = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    free = {(r, c) for r in range(n_rows) for c in range(n_cols)}
    cells = []
    for row, col in sorted(free):
        spans = draw(st.tuples(st.integers(1, n_rows - row), st.integers(1, n_cols - col)))
        cell = Cell(
            row=row, col=col, row_span=spans[0], col_span=spans[1], text=draw(TEXT), is_header=draw(st.booleans())
        )
        if free.issuperset(cell.positions()) and draw(st.integers(0, 4)):
            free.difference_update(cell.positions())
            cells.append(cell)
    return spanned(n_rows, n_cols, *cells)


def placed(rows: list[list[tuple[str, int, int]]]) -> dict[tuple[int, int], tuple[str, int, int]]:
    """Cells by the place at which a browser would draw them."""
    taken: set[tuple[int, int]] = set()
    found = {}
    for row, cells in enumerate(rows):
        col = 0
        for text, row_span, col_span in cells:
            while (row, col) in taken:
                col += 1
            found[row, col] = (text, row_span, col_span)
            taken |= {(r, c) for r in range(row, row + row_span) for c in range(col, col + col_span)}
    return found


def test_a_plain_table_is_a_pipe_table() -> None:
    assert table_markdown(table([["Year", "Sum"], ["2020", "1.10"]])) == "| Year | Sum |\n|---|---|\n| 2020 | 1.10 |"


def test_a_table_without_header_gets_an_empty_one() -> None:
    assert table_markdown(table([["1", "2"]], header_rows=0)) == "|  |  |\n|---|---|\n| 1 | 2 |"


def test_a_table_without_cells_is_nothing() -> None:
    assert table_markdown(table([])) == ""


def test_two_header_rows_make_an_html_table() -> None:
    text = table_markdown(table([["2020"], ["Q1"], ["1"]], header_rows=2))
    assert text == "<table>\n<tr><th>2020</th></tr>\n<tr><th>Q1</th></tr>\n<tr><td>1</td></tr>\n</table>"


def test_spans_make_an_html_table() -> None:
    cells = [Cell(row=0, col=0, col_span=2, text="a", is_header=True), Cell(row=1, col=0, row_span=2, text="b")]
    text = table_markdown(spanned(3, 2, *cells))
    assert text.splitlines()[1:3] == ['<tr><th colspan="2">a</th></tr>', '<tr><td rowspan="2">b</td><td></td></tr>']


def test_cells_are_inert() -> None:
    texts = ["<script>x</script>", "&lt;b&gt;", "[x](javascript:y)", "a|b", "*c*", "`d`", "\\", "x\n\n<b>"]
    made = table([["h"], *([t] for t in texts)])
    assert pipe_rows(table_markdown(made)) == [["h"], *([tidy(t)] for t in texts)]
    for markdown in (table_markdown(made), table_html(made)):
        assert html_tags(markdown) <= {"table", "tr", "td", "th", "br"}


@given(GRIDS, st.integers(0, 1))
def test_a_pipe_table_reads_as_the_same_cells(rows: list[list[str]], header_rows: int) -> None:
    read = pipe_rows(table_markdown(table(rows, header_rows)))
    if not header_rows:
        assert not any(read.pop(0))
    assert [[squeeze(c) for c in row] for row in read] == [[squeeze(tidy(c)) for c in row] for row in rows]


@given(tables_with_spans())
def test_an_html_table_reads_as_the_same_grid_and_spans(made: Table) -> None:
    found = {k: v for k, v in placed(html_rows(table_html(made))).items() if v != ("", 1, 1)}
    expected = {(c.row, c.col): (tidy(c.text), c.row_span, c.col_span) for c in made.cells}
    assert found == {k: v for k, v in expected.items() if v != ("", 1, 1)}


@given(tables_with_spans())
def test_an_html_table_inside_markdown_is_one_block(made: Table) -> None:
    assert types(f"Before.\n\n{table_html(made)}\n\nAfter.") == {"html_block"}
