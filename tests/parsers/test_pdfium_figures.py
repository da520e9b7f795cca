"""Pictures are cut out of the page where their block says, and a picture that cannot be drawn costs only itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.pdfium_figures import page_figures
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.export.documents import block, page, paragraph
from tests.pngs import png_pixel, png_size

SETTINGS = Settings(_env_file=None, figure_dpi=72, page_timeout_s=10)
RED_SQUARE = b"1 0 0 rg 100 542 200 100 re f"  # 100..300 from the left, 200..300 from the top of a page of 842
RED, WHITE = (255, 0, 0), (255, 255, 255)


def drawing(tmp_path: Path, rotate: int = 0) -> Path:
    writer = PdfWriter()
    writer.page()
    writer.page(rotate=rotate).raw(RED_SQUARE)
    path = tmp_path / "drawing.pdf"
    path.write_bytes(writer.to_bytes())
    return path


def picture(x0: float, y0: float, x1: float, y1: float) -> Block:
    return block(BlockKind.PICTURE, bbox=BBox(x0=x0, y0=y0, x1=x1, y1=y1))


def cut(pdf: Path, found: Page, settings: Settings = SETTINGS) -> list[tuple[str, bytes]]:
    return [(made.id, image) for made, image in page_figures(pdf, 2, found, settings)]


def test_the_picture_is_what_stands_in_its_box(tmp_path: Path) -> None:
    [(name, image)] = cut(drawing(tmp_path), page(paragraph("x"), picture(90, 190, 310, 310), page_no=7))
    assert name == "b0007-002"
    assert png_size(image) == pytest.approx((220, 120), abs=1)
    assert [png_pixel(image, *at) for at in ((5, 5), (14, 14), (205, 105), (215, 115))] == [WHITE, RED, RED, WHITE]


def test_boxes_are_those_of_the_turned_page(tmp_path: Path) -> None:
    turned = page(picture(532, 90, 652, 310)).model_copy(update={"width": 842, "height": 595})
    [(_, image)] = cut(drawing(tmp_path, rotate=90), turned)
    assert png_size(image) == pytest.approx((120, 220), abs=1)
    assert [png_pixel(image, *at) for at in ((5, 5), (14, 14), (105, 205), (115, 215))] == [WHITE, RED, RED, WHITE]


def test_dots_per_inch_are_those_asked_for(tmp_path: Path) -> None:
    fine = SETTINGS.model_copy(update={"figure_dpi": 144})
    [(_, image)] = cut(drawing(tmp_path), page(picture(100, 200, 300, 300)), fine)
    assert png_size(image) == pytest.approx((400, 200), abs=2)


def test_a_huge_picture_gets_fewer_dots(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    writer.page(14_000, 14_000)
    path = tmp_path / "huge.pdf"
    path.write_bytes(writer.to_bytes())
    huge = page(picture(0, 0, 14_000, 14_000)).model_copy(update={"width": 14_000, "height": 14_000})
    [(_, image)] = cut(path, huge)
    assert png_size(image) == pytest.approx((4000, 4000), abs=1)


def test_what_lies_outside_or_is_tiny_is_no_picture(tmp_path: Path) -> None:
    outside, tiny, half = picture(700, 0, 900, 50), picture(10, 10, 12, 300), picture(500, 700, 900, 900)
    [(name, image)] = cut(drawing(tmp_path), page(outside, tiny, half))
    assert name == "b0001-003"
    assert png_size(image) == pytest.approx((95, 142), abs=1)


def test_a_page_that_cannot_be_drawn_has_no_pictures(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    assert cut(path, page(picture(0, 0, 100, 100))) == []


def test_a_page_without_pictures_starts_no_process(tmp_path: Path) -> None:
    assert cut(tmp_path / "not there.pdf", page(paragraph("x"))) == []
