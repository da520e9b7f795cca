from __future__ import annotations

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.lines import group_lines
from tests.typeset import words


def texts(found: list[Word]) -> list[str]:
    return [line.text for line in group_lines(found)]


def test_words_on_one_baseline_are_one_line():
    assert texts([*words("one line", 50, 100), *words("and another", 50, 112)]) == ["one line", "and another"]


def test_words_written_in_any_order_are_put_together():
    a, b, c = words("all in disorder", 50, 100)
    assert texts([b, c, a]) == ["all in disorder"]


def test_a_gutter_parts_lines():
    assert texts([*words("left", 50, 100), *words("right", 300, 100)]) == ["left", "right"]


def test_a_page_number_far_away_stays_with_its_contents_line():
    assert texts([*words("Introduction", 50, 100), *words("12", 400, 100)]) == ["Introduction 12"]


def test_rows_of_prose_over_two_columns_are_cut_at_the_gutter():
    rows = [
        [*words("the left column goes on", 50, y), *words("while the right one waits", 189, y)] for y in (100, 112, 124)
    ]
    assert texts([word for row in rows for word in row]) == ["the left column goes on", "while the right one waits"] * 3


def test_rows_of_short_cells_stay_rows():
    rows = [[*words("cell", 50, y), *words("12.5", 92, y)] for y in (100, 112, 124)]
    assert texts([word for row in rows for word in row]) == ["cell 12.5"] * 3


def test_a_line_that_meets_the_next_column_is_cut_where_that_column_begins():
    found = [*words("ends the left column.", 50, 100), *words("The right one begins", 175, 100)]
    assert texts([*found, *words("and goes on", 175, 112)]) == [
        "ends the left column.",
        "The right one begins",
        "and goes on",
    ]


def test_a_raised_number_stays_with_its_line():
    base, after = words("squared", 50, 100)[0], words("metres", 95, 100)[0]
    raised = Word("2", 85, 99, 88, 106, 6, space_before=False)
    assert texts([base, raised, after]) == ["squared2 metres"]
