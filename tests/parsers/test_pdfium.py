"""The built-in parser on small PDFs made for one trait each."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import Block, BlockKind
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.typeset import LOREM, blocks, parsed, wrapped, write_lines

TEXT = wrapped(LOREM, 80)
COLUMN = wrapped(LOREM, 38)


def kinds(found: list[Block]) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text[:12]) for block in found]


def test_two_columns_are_read_one_after_the_other_even_when_written_in_turn(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 80, "A title over both columns", 16, "bold")
    for i, line in enumerate(COLUMN):
        page.text(72, 120 + 12.5 * i, line, 10)
        page.text(320, 120 + 12.5 * i, line.upper(), 10)
    text = " ".join(block.text for block in blocks(writer, tmp_path))
    assert text == f"A title over both columns {LOREM} {LOREM.upper()}"


def test_a_sidebar_does_not_cut_into_the_text(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    write_lines(page, 450, 150, wrapped("Did you know? " + LOREM[:150], 18), size=8)
    write_lines(page, 72, 100, wrapped(LOREM, 60))
    assert LOREM in [block.text for block in blocks(writer, tmp_path)]


def test_a_footnote_is_named_and_stands_after_the_text(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 700, "1 The note that explains a word of the text above.", 7)
    write_lines(page, 72, 100, TEXT * 3)
    assert kinds(blocks(writer, tmp_path))[-1] == ("footnote", "1 The note t")


def test_lists_keep_markers_and_depth(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 100, "What to bring to the meeting on the second day:", 10)
    for i, (x, text) in enumerate(
        [
            (80, "1. Paper, of which there"),
            (92, "never is enough"),
            (100, "a) white"),
            (100, "b) grey"),
            (80, "2. Pencils"),
        ]
    ):
        page.text(x, 115 + 12.5 * i, text, 10)
    items = [(b.marker, b.level, b.text) for b in blocks(writer, tmp_path) if b.kind is BlockKind.LIST_ITEM]
    assert items == [
        ("1.", 1, "Paper, of which there never is enough"),
        *[("a)", 2, "white"), ("b)", 2, "grey")],
        ("2.", 1, "Pencils"),
    ]


def test_hyphens_at_line_ends_are_joined(tmp_path):
    writer = PdfWriter()
    write_lines(
        writer.page(),
        72,
        100,
        ["This is the last docu-", "ment on state-of-the-", "art parsing of Anglo-", "Saxon PDFs."],
    )
    assert (
        blocks(writer, tmp_path)[0].text == "This is the last document on state-of-the-art parsing of Anglo-Saxon PDFs."
    )


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_is_read_the_right_way_round_whatever_its_rotation(tmp_path, rotate):
    writer = PdfWriter()
    page = writer.page(rotate=rotate)
    page.text(72, 80, "A title", 16, "bold")
    write_lines(page, 72, 120, TEXT)
    found = blocks(writer, tmp_path)
    assert [block.text for block in found] == ["A title", LOREM]


@pytest.mark.parametrize(("matrix", "x", "y"), [("0 1 -1 0", 500, 100), ("0 -1 1 0", 60, 700), ("-1 0 0 -1", 500, 30)])
def test_text_across_the_page_is_a_block_of_its_own(tmp_path, matrix, x, y):
    writer = PdfWriter()
    page = writer.page()
    write_lines(page, 100, 200, TEXT)
    page.raw(f"BT /F1 8 Tf {matrix} {x} {y} Tm (A stamp on the margin) Tj ET".encode())
    assert sorted(block.text for block in blocks(writer, tmp_path)) == ["A stamp on the margin", LOREM]


def test_running_headers_and_footers_are_named(tmp_path):
    writer = PdfWriter()
    for number in range(1, 7):
        page = writer.page()
        page.text(72, 40, f"Chapter {(number + 1) // 2}: on parsing", 8)
        write_lines(page, 72, 100, TEXT)
        page.text(290, 815, str(number), 8)
    for page in parsed(writer.to_bytes(), tmp_path):
        assert [b.kind.value for b in page.blocks] == ["page_header", "paragraph", "page_footer"]


def test_headings_have_levels_by_size_and_number(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    y = 80.0
    for text, size, font in [
        ("A title", 20, "bold"),
        ("1 First", 13, "bold"),
        ("1.1 Second", 10, "bold"),
        ("Plain", 10, "bold"),
    ]:
        page.text(72, y, text, size, font)
        y = write_lines(page, 72, y + 30, TEXT) + 20
    levels = {b.text: b.level for b in blocks(writer, tmp_path) if b.kind is BlockKind.HEADING}
    assert list(levels) == ["A title", "1 First", "1.1 Second", "Plain"]
    assert levels["A title"] == 1 and levels["1 First"] == 2 and levels["1.1 Second"] == 3


def test_a_drop_cap_goes_back_to_its_word(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 122, "L", 30)
    write_lines(page, 92, 110, [line.removeprefix("L") for line in TEXT[:2]])
    write_lines(page, 72, 135, TEXT[2:])
    assert blocks(writer, tmp_path)[0].text == LOREM


def test_bold_made_by_printing_twice_counts_once(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 100, "Printed twice", 12)
    page.text(72.4, 100, "Printed twice", 12)
    assert [block.text for block in blocks(writer, tmp_path)] == ["Printed twice"]


def test_hidden_text_counts_only_where_there_is_no_other(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.raw(b"BT 3 Tr /F1 10 Tf 72 600 Td (nobody sees this) Tj 0 Tr ET")
    page.text(72, 100, "Everybody sees this.")
    assert [block.text for block in blocks(writer, tmp_path)] == ["Everybody sees this."]
    hidden = PdfWriter()
    hidden.page().raw(b"BT 3 Tr /F1 10 Tf 72 600 Td (read by OCR) Tj ET")
    assert [block.text for block in blocks(hidden, tmp_path)] == ["read by OCR"]


def test_text_outside_the_page_is_dropped(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 100, "inside")
    page.text(72, -50, "above")
    page.text(700, 100, "beside")
    assert [block.text for block in blocks(writer, tmp_path)] == ["inside"]


def test_a_caption_is_no_heading(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    write_lines(page, 72, 100, TEXT)
    page.text(72, 200, "Figure 3: What was measured", 10, "bold")
    assert kinds(blocks(writer, tmp_path))[1][0] == "caption"


def test_a_superscript_stays_with_its_word(tmp_path):
    writer = PdfWriter()
    writer.page().raw(b"BT /F1 10 Tf 72 700 Td (as shown) Tj 6 Ts /F1 6 Tf (12) Tj 0 Ts /F1 10 Tf ( before) Tj ET")
    assert blocks(writer, tmp_path)[0].text == "as shown¹² before"
