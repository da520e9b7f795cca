"""DeepSeek-OCR's tags: each block has its label and its place, in points."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.chat.grounding import grounded_pieces

PAGE = (999.0, 1998.0)


def tagged(label: str, boxes: str = "[[100, 50, 300, 80]]", content: str = "Some text") -> str:
    return f"<|ref|>{label}<|/ref|><|det|>{boxes}<|/det|>\n{content}\n\n"


def test_thousandths_of_the_page_become_points():
    (piece,) = grounded_pieces(tagged("text"), *PAGE)
    assert piece.bbox == BBox(x0=100, y0=100, x1=300, y1=160)
    assert piece.text == "Some text"


@pytest.mark.parametrize(
    ("label", "content", "kind", "level"),
    [
        ("title", "# DeepSeek-OCR", BlockKind.HEADING, 1),
        ("sub_title", "## Abstract", BlockKind.HEADING, 2),
        ("sub_title", "Übungsblatt", BlockKind.HEADING, 2),
        ("text", "- first", BlockKind.LIST_ITEM, 1),
        ("image_caption", "<center>Figure 1: A fox </center>", BlockKind.CAPTION, None),
        ("table_footnote", "a by weight", BlockKind.FOOTNOTE, None),
        ("equation", r"\[y' = f(x, y)\]", BlockKind.FORMULA, None),
        ("whatever", "text", BlockKind.PARAGRAPH, None),
    ],
)
def test_the_label_tells_what_the_content_does_not(label, content, kind, level):
    (piece,) = grounded_pieces(tagged(label, content=content), *PAGE)
    assert (piece.kind, piece.level) == (kind, level)


def test_a_picture_has_a_place_and_no_text():
    picture, text = grounded_pieces(tagged("image", content=" ") + tagged("text"), *PAGE)
    assert (picture.kind, picture.text) == (BlockKind.PICTURE, "")
    assert text.kind is BlockKind.PARAGRAPH


def test_a_table_keeps_its_spans_and_its_box():
    html = '<table><tr><td colspan="2">H</td></tr><tr><td>1</td><td>2</td></tr></table>'
    (piece,) = grounded_pieces(tagged("table", content=html), *PAGE)
    assert piece.table is not None and piece.bbox is not None
    assert (piece.table.n_rows, piece.table.n_cols, piece.table.cells[0].col_span) == (2, 2, 2)


def test_several_boxes_are_one_around_them():
    (piece,) = grounded_pieces(tagged("text", "[[100, 50, 300, 80], [100, 90, 400, 120]]"), *PAGE)
    assert piece.bbox == BBox(x0=100, y0=100, x1=400, y1=240)


def test_corners_in_disorder_and_outside_are_put_right():
    (piece,) = grounded_pieces(tagged("text", "[[1200, 80, 100, -5]]"), *PAGE)
    assert piece.bbox == BBox(x0=100, y0=0, x1=999, y1=160)


def test_hashes_in_code_are_no_headings():
    (piece,) = grounded_pieces(tagged("text", content="# Initialise:\nimport sympy"), *PAGE)
    assert piece.text == "# Initialise: import sympy"


def test_tags_that_the_server_has_stripped_are_read_all_the_same():
    pieces = grounded_pieces("title[[1, 2, 3, 4]]\n# T\n\ntext[[100, 50, 300, 80]]\nBody [[5]]\n", *PAGE)
    assert [(piece.kind, piece.text) for piece in pieces] == [
        (BlockKind.HEADING, "T"),
        (BlockKind.PARAGRAPH, "Body [[5]]"),
    ]


def test_text_without_a_tag_has_no_place_but_is_not_lost():
    pieces = grounded_pieces("Before\n\n" + tagged("text") + "<|ref|>text<|/ref|><|det|>[[1, 2<|/det|>\nAfter", *PAGE)
    assert pieces[0].bbox is None
    assert "After" in pieces[-1].text
