from __future__ import annotations

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.table import Cell
from pdf_parser.parsers.markup.assemble import assembled_page, failed_page
from pdf_parser.parsers.markup.piece import Grid, Piece

PROFILE = PageProfile(page=7, width=600, height=800, kind=PageKind.SCANNED)
GRID = Grid(1, 1, (Cell(row=0, col=0, text="cell"),), "Table 1")
PIECES = [
    Piece(BlockKind.HEADING, "Title", level=1, bbox=BBox(x0=-5, y0=10, x1=900, y1=30)),
    Piece(BlockKind.TABLE, table=GRID),
]


def test_blocks_and_tables_have_absolute_pages_and_names():
    page = assembled_page(PIECES, PROFILE, PageStatus.OCR, "vlm", "model")
    assert [block.id for block in page.blocks] == ["b0007-001", "b0007-002"]
    assert page.table(page.blocks[1].table_id or "").caption == "Table 1"
    assert {block.page for block in page.blocks} == {7}


def test_boxes_lie_on_the_page_and_a_piece_without_one_has_all_of_it():
    page = assembled_page(PIECES, PROFILE, PageStatus.OCR, "vlm", "model")
    assert page.blocks[0].bbox == BBox(x0=0, y0=10, x1=600, y1=30)
    assert page.tables[0].bbox == BBox(x0=0, y0=0, x1=600, y1=800)


def test_the_record_counts_the_text_of_cells_too():
    record = assembled_page(PIECES, PROFILE, PageStatus.OCR, "vlm", "model").record
    assert (record.chars, record.status, record.parser_version) == (9, PageStatus.OCR, "model")


def test_a_failed_page_has_its_reason_and_nothing_else():
    page = failed_page(PROFILE, "cut off", "vlm", "model")
    assert (page.record.status, page.record.reason, page.blocks) == (PageStatus.FAILED, "cut off", ())
