from __future__ import annotations

from pdf_parser.utils.pdf_writer import PdfPage
from tests.tables import HEIGHT, LEFT, TOP, WIDTH, rule_grid, tables_of, texts, write_cells, write_prose

ROWS = [["Fruit", "Weight", "Price"], ["Apple", "12.50", "1,204"], ["Pear", "7.25", "(38)"], ["Plum", "0.90", "-4.1%"]]


def test_ruled_grid_gives_its_cells_to_the_letter() -> None:
    def draw(page: PdfPage) -> None:
        rule_grid(page, 4, 3)
        write_cells(page, ROWS)

    (table,) = tables_of(draw)
    assert texts(table) == ROWS
    assert [c.is_header for c in table.cells if c.row == 0] == [True] * 3
    assert not any(c.is_header for c in table.cells if c.row)


def test_cell_of_several_lines_is_one_cell() -> None:
    def draw(page: PdfPage) -> None:
        for y in (100, 120, 190):
            page.line(72, y, 372, y)
        for x in (72, 172, 372):
            page.line(x, 100, x, 190)
        page.text(76, 114, "Term")
        page.text(176, 114, "Meaning")
        page.text(76, 150, "Ledger")
        for i, line in enumerate(("a row for every page of", "the input, which says what", "became of it")):
            page.text(176, 136 + 14 * i, line)

    (table,) = tables_of(draw)
    assert texts(table) == [
        ["Term", "Meaning"],
        ["Ledger", "a row for every page of the input, which says what became of it"],
    ]


def test_spans_follow_from_missing_borders() -> None:
    def draw(page: PdfPage) -> None:
        right, bottom = LEFT + 3 * WIDTH, TOP + 4 * HEIGHT
        for y in (TOP, TOP + 2 * HEIGHT, TOP + 3 * HEIGHT, bottom):
            page.line(LEFT, y, right, y)
        page.line(LEFT + WIDTH, TOP + HEIGHT, right, TOP + HEIGHT)
        for x in (LEFT, LEFT + WIDTH, right):
            page.line(x, TOP, x, bottom)
        page.line(LEFT + 2 * WIDTH, TOP + HEIGHT, LEFT + 2 * WIDTH, bottom)
        write_cells(page, [["", "Both halves", ""], ["", "First", "Second"], ["A", "1", "2"], ["B", "3", "4"]])
        page.text(LEFT + 4, TOP + HEIGHT + 4, "Name", size=9)

    (table,) = tables_of(draw)
    spans = {c.text: (c.row, c.col, c.row_span, c.col_span) for c in table.cells}
    assert spans["Name"] == (0, 0, 2, 1)
    assert spans["Both halves"] == (0, 1, 1, 2)
    assert spans["Second"] == (1, 2, 1, 1)
    assert {c.row for c in table.cells if c.is_header} == {0, 1}


def test_columns_ruled_and_rows_not_are_parted_at_the_lines_of_figures() -> None:
    rows = [["Country", "1996", "1993"], ["Austria", "59", "54"], ["Denmark", "61", "56"], ["Greece", "28", "11"]]

    def draw(page: PdfPage) -> None:
        bottom = TOP + 4 * HEIGHT
        for y in (TOP, TOP + HEIGHT, bottom):
            page.line(LEFT, y, LEFT + 3 * WIDTH, y)
        for c in range(4):
            page.line(LEFT + c * WIDTH, TOP, LEFT + c * WIDTH, bottom)
        write_cells(page, rows)

    (table,) = tables_of(draw)
    assert texts(table) == rows


def test_thin_filled_boxes_are_rules() -> None:
    def draw(page: PdfPage) -> None:
        for r in range(5):
            page.fill(LEFT, TOP + r * HEIGHT, LEFT + 3 * WIDTH, TOP + r * HEIGHT + 0.6, grey=0)
        for c in range(4):
            page.fill(LEFT + c * WIDTH, TOP, LEFT + c * WIDTH + 0.6, TOP + 4 * HEIGHT, grey=0)
        write_cells(page, ROWS)

    assert [texts(t) for t in tables_of(draw)] == [ROWS]


def test_shaded_cells_without_any_stroke_make_a_table() -> None:
    def draw(page: PdfPage) -> None:
        for r in range(4):
            for c in range(3):
                x, y = LEFT + c * WIDTH, TOP + r * HEIGHT
                page.fill(x, y, x + WIDTH - 1, y + HEIGHT - 1, grey=0.6 if r == 0 else 0.9)
        write_cells(page, ROWS)

    assert [texts(t) for t in tables_of(draw)] == [ROWS]


def test_two_tables_side_by_side_stay_two() -> None:
    def draw(page: PdfPage) -> None:
        for left in (60.0, 320.0):
            rule_grid(page, 4, 3, left=left, width=70)
            write_cells(page, ROWS, left=left, width=70)

    assert [texts(t) for t in tables_of(draw)] == [ROWS, ROWS]


def test_prose_around_a_table_is_left_alone() -> None:
    def draw(page: PdfPage) -> None:
        write_prose(page, 60, 4)
        rule_grid(page, 4, 3)
        write_cells(page, ROWS)
        write_prose(page, TOP + 4 * HEIGHT + 30, 8)

    (table,) = tables_of(draw)
    assert texts(table) == ROWS


def test_title_inside_the_frame_becomes_the_caption() -> None:
    def draw(page: PdfPage) -> None:
        page.line(LEFT, TOP - HEIGHT, LEFT + 3 * WIDTH, TOP - HEIGHT)
        for x in (LEFT, LEFT + 3 * WIDTH):
            page.line(x, TOP - HEIGHT, x, TOP)
        page.text(LEFT + 60, TOP - 6, "Table 4. Fruit sold", size=9)
        rule_grid(page, 4, 3)
        write_cells(page, ROWS)

    (table,) = tables_of(draw)
    assert texts(table) == ROWS
    assert table.caption == "Table 4. Fruit sold"


def test_page_with_rotation_is_read_as_it_is_seen() -> None:
    """/Rotate 180 turns the whole sheet: words stand on their heads, the grid still holds them all once."""

    def draw(page: PdfPage) -> None:
        rule_grid(page, 4, 3)
        write_cells(page, ROWS)

    (table,) = tables_of(draw, rotate=180)
    assert (table.n_rows, table.n_cols) == (4, 3)
    assert sorted(t for row in texts(table) for t in row) == sorted(t for row in ROWS for t in row)
