"""Marker's JSON, read without Marker."""

from __future__ import annotations

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.marker_blocks import MarkerBlock, page_pieces, shortcomings
from pdf_parser.parsers.markup.piece import Piece


def block(kind: str, html: str, *children: MarkerBlock) -> MarkerBlock:
    return MarkerBlock(block_type=kind, html=html, bbox=(10, 20, 30, 40), children=list(children) or None)


def page(*children: MarkerBlock, bbox: tuple[float, float, float, float] = (0, 0, 100, 200)) -> MarkerBlock:
    return MarkerBlock(block_type="Page", bbox=bbox, children=list(children))


def pieces(*children: MarkerBlock) -> list[Piece]:
    return list(page_pieces(page(*children), 100, 200))


def test_groups_are_opened():
    found = pieces(block("TableGroup", "", block("Caption", "<p>Table 1</p>"), block("Text", "<p>text</p>")))
    assert [(p.kind, p.text) for p in found] == [(BlockKind.CAPTION, "Table 1"), (BlockKind.PARAGRAPH, "text")]


def test_boxes_are_scaled_to_the_page_as_it_is_seen():
    turned = page(block("Text", "<p>text</p>"), bbox=(0, 0, 200, 100))
    (piece,) = page_pieces(turned, 100, 200)
    assert piece.bbox == BBox(x0=5, y0=40, x1=15, y1=80)


def test_list_items_get_their_marker_and_depth_back():
    item = block("ListItem", "<ul><li block-type='ListItem' class='list-indent-1'>2. second thing</li></ul>")
    (piece,) = pieces(item)
    assert (piece.marker, piece.text, piece.level) == ("2.", "second thing", 2)


def test_a_list_item_without_a_marker_has_a_bullet():
    (piece,) = pieces(block("ListItem", "<li>thing</li>"))
    assert (piece.marker, piece.text) == ("•", "thing")


def test_a_heading_keeps_its_level_and_an_equation_its_latex():
    heading, formula = pieces(
        block("SectionHeader", "<h3>Title</h3>"), block("Equation", '<p><math display="block">x^2</math></p>')
    )
    assert (heading.level, formula) == (3, Piece(BlockKind.FORMULA, "x^2", bbox=formula.bbox))


def test_a_picture_is_one_without_text():
    (piece,) = pieces(block("Picture", ""))
    assert piece.kind is BlockKind.PICTURE


def test_the_lines_of_a_table_without_cells_are_not_lost_and_told():
    table = block("Table", "<p></p>", block("Line", "a 1"), block("Line", "b 2"))
    assert [p.text for p in pieces(table)] == ["a 1\nb 2"]
    assert shortcomings(page(table), read_by_ocr=False) == "tables read as plain text: 1"


def test_empty_boxes_are_told_where_there_is_no_text_layer():
    empty = page(block("Text", "<p></p>"), block("Picture", ""))
    assert shortcomings(empty, read_by_ocr=True) == "blocks not read: 1"
    assert shortcomings(empty, read_by_ocr=False) is None
