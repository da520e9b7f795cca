"""From docling's document to our pages, on documents made by hand: what models rarely give must come through too."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import BlockKind

pytest.importorskip("docling_core", reason="docling is not installed here: make backends")

from docling_core.types.doc import (
    BoundingBox,
    CoordOrigin,
    DocItemLabel,
    DoclingDocument,
    ProvenanceItem,
    Size,
    TableCell,
    TableData,
)
from hypothesis import given, strategies as st

from pdf_parser.parsers.docling_support.grid import grid_cells
from pdf_parser.parsers.docling_support.pages import PageBuilder


def place(top: float, left: float = 50, right: float = 300) -> ProvenanceItem:
    """`top` in points from the top of a page 800 high; docling counts from the bottom."""
    box = BoundingBox(l=left, t=800 - top, r=right, b=780 - top, coord_origin=CoordOrigin.BOTTOMLEFT)
    return ProvenanceItem(page_no=1, bbox=box, charspan=(0, 0))


def cell(row: int, col: int, text: str, row_span: int = 1, col_span: int = 1, head: bool = False) -> TableCell:
    return TableCell(
        start_row_offset_idx=row,
        end_row_offset_idx=row + row_span,
        start_col_offset_idx=col,
        end_col_offset_idx=col + col_span,
        row_span=row_span,
        col_span=col_span,
        text=text,
        column_header=head,
    )


def document() -> DoclingDocument:
    made = DoclingDocument(name="test")
    made.add_page(page_no=1, size=Size(width=600, height=800))
    return made


def built(made: DoclingDocument) -> PageBuilder:
    builder = PageBuilder(made, page=7, width=600, height=800, parser="docling")
    builder.build()
    return builder


def seen(made: DoclingDocument) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in built(made).blocks]


def test_labels_have_their_kinds():
    made = document()
    made.add_title("The title", prov=place(20))
    made.add_heading("A section", prov=place(50))
    made.add_code("x = 1", prov=place(80))
    made.add_text(DocItemLabel.FORMULA, text="", orig="E = mc2", prov=place(110))
    made.add_text(DocItemLabel.FOOTNOTE, "A note", prov=place(140))
    made.add_text(DocItemLabel.PAGE_FOOTER, "7", prov=place(170))
    assert seen(made) == [
        (BlockKind.HEADING, "The title"),
        (BlockKind.HEADING, "A section"),
        (BlockKind.CODE, "x = 1"),
        (BlockKind.FORMULA, "E = mc2"),
        (BlockKind.FOOTNOTE, "A note"),
        (BlockKind.PAGE_FOOTER, "7"),
    ]


def test_boxes_are_counted_from_the_top_and_pages_by_their_own_number():
    made = document()
    made.add_text(DocItemLabel.TEXT, "Some words", prov=place(30))
    (block,) = built(made).blocks
    assert (block.page, block.id, block.bbox.x0, block.bbox.y0, block.bbox.y1) == (7, "b0007-001", 50, 30, 50)


def test_a_list_item_has_its_marker():
    made = document()
    items = made.add_list_group()
    made.add_list_item("second", enumerated=True, marker="2.", parent=items, prov=place(20))
    (block,) = built(made).blocks
    assert (block.kind, block.marker, block.text) == (BlockKind.LIST_ITEM, "2.", "second")


def test_a_caption_stands_where_it_is_seen():
    made = document()
    data = TableData(num_rows=1, num_cols=2, table_cells=[cell(0, 0, "a"), cell(0, 1, "b")])
    table = made.add_table(data, prov=place(100))
    below = made.add_text(DocItemLabel.CAPTION, "Below", prov=place(130), parent=table)
    above = made.add_text(DocItemLabel.CAPTION, "Above", prov=place(70), parent=table)
    table.captions = [below.get_ref(), above.get_ref()]
    assert [text or kind for kind, text in seen(made)] == ["Above", BlockKind.TABLE, "Below"]
    assert "Above" in str(built(made).tables[0].caption)


def test_text_in_a_picture_is_text():
    made = document()
    picture = made.add_picture(prov=place(100))
    made.add_text(DocItemLabel.TEXT, "live words", prov=place(110), parent=picture)
    assert seen(made) == [(BlockKind.PICTURE, ""), (BlockKind.PARAGRAPH, "live words")]


def test_a_table_without_cells_is_the_text_in_it():
    made = document()
    table = made.add_table(TableData(num_rows=1, num_cols=1, table_cells=[]), prov=place(100))
    made.add_text(DocItemLabel.TEXT, "one column", prov=place(110), parent=table)
    assert seen(made) == [(BlockKind.PARAGRAPH, "one column")]


def test_spans_and_headers_come_from_the_cells():
    head = cell(0, 0, "Wide", col_span=2, head=True)
    cells, n_rows, n_cols = grid_cells(TableData(num_rows=2, num_cols=2, table_cells=[cell(1, 1, "x"), head]))
    assert (n_rows, n_cols) == (2, 2)
    assert [(c.row, c.col, c.col_span, c.text, c.is_header) for c in cells] == [
        (0, 0, 2, "Wide", True),
        (1, 1, 1, "x", False),
    ]


CELLS = st.builds(cell, *[st.integers(0, 4)] * 2, st.text("abc", min_size=1), *[st.integers(1, 3)] * 2)


@given(st.lists(CELLS, max_size=12))
def test_whatever_a_model_says_each_place_has_one_cell_and_no_text_is_lost(found):
    cells, n_rows, n_cols = grid_cells(TableData(num_rows=1, num_cols=1, table_cells=found))
    places = [at for c in cells for at in c.positions()]
    assert len(set(places)) == len(places)
    assert all(row < n_rows and col < n_cols for row, col in places)
    given_letters = sorted("".join(c.text for c in found))
    assert sorted("".join(c.text for c in cells).replace(" ", "")) == given_letters
