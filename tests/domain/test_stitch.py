"""A table over several pages in one piece: every row once, the repeated header dropped, spans kept."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.chains import continued_tables
from pdf_parser.domain.stitch import stitch
from pdf_parser.domain.table import Cell, Table
from tests.export.documents import spanned, table

ROW = st.lists(st.text("ab1 ", min_size=1, max_size=3), min_size=2, max_size=2)
HEADER = ["Name", "Amount"]
MANY = 10_000


def part(rows: list[list[str]], page_no: int, header_rows: int = 1, **more: object) -> Table:
    before = f"t{page_no - 1:04d}-01" if page_no > 1 else None
    return table(rows, header_rows, page_no=page_no, **{"continued_from": before, **more})


@given(st.lists(st.lists(ROW, min_size=1, max_size=4), min_size=1, max_size=4))
def test_rows_follow_each_other_and_the_header_comes_once(bodies: list[list[list[str]]]) -> None:
    whole = stitch([part([HEADER, *body], n) for n, body in enumerate(bodies, start=1)])
    assert whole.grid() == [HEADER, *(row for body in bodies for row in body)]
    assert (whole.id, whole.page, whole.header_rows()) == ("t0001-01-stitched", 1, 1)


def test_a_header_that_is_not_marked_is_dropped_too() -> None:
    whole = stitch([part([HEADER, ["a", "1"]], 1), part([["Name ", "Amount"], ["b", "2"]], 2, header_rows=0)])
    assert whole.grid() == [HEADER, ["a", "1"], ["b", "2"]]


def test_another_header_is_a_row_like_others() -> None:
    whole = stitch([part([HEADER, ["a", "1"]], 1), part([["Name", "Sum"], ["b", "2"]], 2)])
    assert whole.grid() == [HEADER, ["a", "1"], ["Name", "Sum"], ["b", "2"]]


def test_a_table_without_a_header_loses_no_row() -> None:
    assert stitch([part([["a", "1"]], 1, 0), part([["a", "1"]], 2, 0)]).grid() == [["a", "1"]] * 2


def test_parts_of_other_widths_fit() -> None:
    whole = stitch([part([["a"]], 1, 0), part([["b", "2"]], 2, 0)])
    assert whole.grid() == [["a", ""], ["b", "2"]]


def test_spans_move_with_their_rows() -> None:
    head = Cell(row=0, col=0, col_span=2, text="h", is_header=True)
    tall = Cell(row=1, col=0, row_span=2, text="x")
    whole = stitch([spanned(3, 2, head, tall), spanned(3, 2, head, tall)])
    assert [(c.row, c.row_span, c.text) for c in whole.cells] == [(0, 1, "h"), (1, 2, "x"), (3, 2, "x")]


def test_chains_are_followed_through_other_tables() -> None:
    first, other, second, third = (
        part([["a"]], 1),
        table([["o"]], page_no=1, number=2),
        part([["b"]], 2),
        part([["c"]], 3),
    )
    [chain] = continued_tables(enumerate([first, other, second, third], start=1), MANY)
    assert (chain.numbers, chain.parts) == ([1, 3, 4], [first, second, third])


def test_tables_on_their_own_are_no_chain() -> None:
    tables = [table([["a"]], page_no=n) for n in (1, 2)] + [part([["b"]], 9)]
    assert list(continued_tables(enumerate(tables, start=1), MANY)) == []


def test_a_chain_ends_when_its_pages_have_passed() -> None:
    tables = [part([["a"]], 1), part([["b"]], 2), table([["x"]], page_no=7)]
    found = continued_tables(enumerate(tables, start=1), MANY)
    assert next(found).numbers == [1, 2]


def test_parts_of_a_chain_too_long_are_let_go() -> None:
    [chain] = continued_tables(enumerate([part([["a", "b"]], n) for n in (1, 2, 3)], start=1), max_cells=3)
    assert (chain.is_too_long, chain.parts, chain.numbers) == (True, [], [1, 2, 3])
