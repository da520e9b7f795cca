"""A table whose place is known: nothing is judged, only cut into cells."""

from __future__ import annotations

from pdf_parser.parsers.layout.content import PageContent, Rule
from pdf_parser.parsers.layout.tables.region import table_in_region
from tests.typeset import content, words

ROWS = [("Name", "Boxes"), ("Apples", "12"), ("Pears", "7")]
LINES = [
    [word for x, text in zip((60, 260), row, strict=True) for word in words(text, x, 103 + 20 * n)]
    for n, row in enumerate(ROWS)
]
NOTE = words("Source: survey of 2019", 60, 180)
WHOLE = (50.0, 95.0, 400.0, 200.0)


def grid(page: PageContent) -> list[list[str]]:
    table = table_in_region(page, WHOLE)
    assert table is not None
    rows = [[""] * table.n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        rows[cell.row][cell.col] = cell.text
    return rows


def test_what_lines_up_is_a_table_however_small():
    assert grid(content(*LINES)) == [list(row) for row in ROWS]


def test_a_drawn_grid_goes_before_what_lines_up():
    across = [Rule(50, y, 400, y) for y in (100, 140, 160)]
    down = [Rule(x, 100, x, 160) for x in (50, 250, 400)]
    page = content(*LINES)
    page.rules = [*across, *down]
    assert grid(page)[1] == ["Pears", "7"]


def test_words_outside_of_the_grid_are_left_outside():
    page = content(*LINES, NOTE)
    page.rules = [Rule(50, y, 400, y) for y in (100, 120, 140, 160)] + [Rule(x, 100, x, 160) for x in (50, 250, 400)]
    table = table_in_region(page, WHOLE)
    assert table is not None
    assert table.n_rows == 3 and not {len(page.words) - 1} & table.words


def test_words_that_show_no_columns_are_no_table():
    assert table_in_region(content(words("only one line of words", 60, 120)), WHOLE) is None
    assert table_in_region(PageContent(600, 800), WHOLE) is None
