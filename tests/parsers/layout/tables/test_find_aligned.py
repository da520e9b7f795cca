from __future__ import annotations

import random
from dataclasses import replace

from pdf_parser.parsers.layout.tables.find import find_tables
from pdf_parser.utils.pdf_writer import PdfPage
from tests.tables import HEIGHT, LEFT, TOP, WIDTH, content_of, rule_rows, tables_of, texts, write_cells, write_prose

ROWS = [
    ["Year", "Births", "Deaths"],
    ["Alpha", "1,024", "17.5"],
    ["Beta", "2,048", "18.25"],
    ["Gamma", "4,096", "-3.0"],
    ["Delta", "8,192", "0.125"],
]


def test_three_rules_as_in_books() -> None:
    def draw(page: PdfPage) -> None:
        rule_rows(page, (0, 1, 5), 3)
        write_cells(page, ROWS)

    (table,) = tables_of(draw)
    assert texts(table) == ROWS
    assert {c.row for c in table.cells if c.is_header} == {0}


def test_no_rules_at_all() -> None:
    (table,) = tables_of(lambda page: write_cells(page, ROWS))
    assert texts(table) == ROWS


def test_no_rules_and_noisy_boxes_as_from_ocr() -> None:
    content = content_of(lambda page: write_cells(page, ROWS))
    shake = random.Random(7)
    content.words = [
        replace(w, **{k: getattr(w, k) + shake.uniform(-0.8, 0.8) for k in ("x0", "y0", "x1", "y1")})
        for w in content.words
    ]
    (table,) = find_tables(content)
    assert texts(table) == ROWS


def test_head_over_two_columns_spans_them() -> None:
    rows = [["", "", ""], ["Region", "Men", "Women"], *ROWS[1:]]

    def draw(page: PdfPage) -> None:
        rule_rows(page, (0, 2, 6), 3)
        page.line(LEFT + WIDTH, TOP + HEIGHT, LEFT + 3 * WIDTH, TOP + HEIGHT)
        page.text(LEFT + 1.5 * WIDTH, TOP + 14, "Number of people", size=9)
        write_cells(page, rows)

    (table,) = tables_of(draw)
    spans = {c.text: (c.row, c.col, c.row_span, c.col_span) for c in table.cells}
    assert spans["Number of people"] == (0, 1, 1, 2)
    assert spans["Region"] == (0, 0, 2, 1)
    assert spans["Men"] == (1, 1, 1, 1)
    assert texts(table)[2:] == ROWS[1:]


def test_label_of_a_group_is_a_row_of_its_own() -> None:
    rows = [*ROWS[:3], ["Greek letters", "", ""], *ROWS[3:]]

    def draw(page: PdfPage) -> None:
        rule_rows(page, (0, 1, 6), 3)
        write_cells(page, rows)

    (table,) = tables_of(draw)
    assert texts(table) == rows


def test_wrapped_label_stays_with_its_row() -> None:
    def draw(page: PdfPage) -> None:
        rule_rows(page, (0, 1, 5), 3)
        write_cells(page, ROWS[:4])
        page.text(LEFT + 4, TOP + 4 * HEIGHT + 6, "of the third kind", size=9)

    (table,) = tables_of(draw)
    assert texts(table) == [*ROWS[:3], ["Gamma of the third kind", "4,096", "-3.0"]]


def test_two_tables_under_each_other_part_at_the_caption() -> None:
    def draw(page: PdfPage) -> None:
        for top in (120.0, 320.0):
            page.text(LEFT, top - 8, f"Table {top:g}. People", size=9)
            rule_rows(page, (0, 1, 5), 3, top=top)
            write_cells(page, ROWS, top=top)

    found = tables_of(draw)
    assert [texts(t) for t in found] == [ROWS, ROWS]
    assert [t.caption for t in found] == ["Table 120. People", "Table 320. People"]


def test_prose_in_two_columns_is_no_table() -> None:
    def draw(page: PdfPage) -> None:
        write_prose(page, 100, 30, left=60, words=8)
        write_prose(page, 100, 30, left=310, words=8)

    assert tables_of(draw) == []


def test_list_and_contents_page_are_no_tables() -> None:
    def draw(page: PdfPage) -> None:
        for i in range(8):
            page.text(72, 100 + 16 * i, f"{i + 1}.")
            page.text(100, 100 + 16 * i, "an item that says something")
            page.text(72, 300 + 16 * i, f"{i + 1}.{i}")
            page.text(110, 300 + 16 * i, "Chapter about something " + ". " * 20)
            page.text(480, 300 + 16 * i, str(3 + 7 * i))

    assert tables_of(draw) == []


def test_chart_with_axis_labels_is_no_table() -> None:
    def draw(page: PdfPage) -> None:
        for i in range(6):
            page.line(100, 200 + 30 * i, 400, 200 + 30 * i)
            page.text(104, 215 + 30 * i, str(100 - 20 * i), size=8)
        page.line(100, 200, 100, 350)
        page.line(400, 200, 400, 350)

    assert tables_of(draw) == []


def test_matrix_in_a_formula_is_no_table() -> None:
    rows = [["a", "b", "", "1", "0"], ["", "", "=", "", ""], ["c", "d", "", "0", "1"], ["x", "y", "=", "2", "3"]]
    assert tables_of(lambda page: write_cells(page, rows)) == []
