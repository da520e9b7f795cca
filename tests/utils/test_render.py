"""Views: where a point of the picture lies on the page."""

from __future__ import annotations

import pytest

from pdf_parser.domain.geometry import BBox
from pdf_parser.utils.render import View, scale_for


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 2.5])
def test_a_box_goes_to_the_picture_and_back(turn, skew):
    view = View(600, 800, 2.0, turn, skew)
    a, b, c, d, e, f = view.matrix()
    x, y = 150.0, 220.0
    px, py = a * x + c * y + e, b * x + d * y + f
    upright = BBox(x0=px / 2, y0=py / 2, x1=px / 2, y1=py / 2)
    box = view.to_page(upright)
    assert (box.x0, box.y0) == pytest.approx((x, y))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, -3.0])
def test_the_whole_page_is_in_the_picture(turn, skew):
    view = View(600, 800, 1.0, turn, skew)
    a, b, c, d, e, f = view.matrix()
    width, height = view.pixels
    for x, y in ((0, 0), (600, 0), (0, 800), (600, 800)):
        assert -0.01 <= a * x + c * y + e <= width + 0.01
        assert -0.01 <= b * x + d * y + f <= height + 0.01


def test_a_clockwise_turn_brings_the_top_left_to_the_top_right():
    assert View(600, 800, 1.0, 90).matrix()[4:] == pytest.approx((800, 0))


def test_pictures_are_bounded():
    assert scale_for(612, 792, 72, 10**9) == 1.0
    assert 14_400 * 14_400 * scale_for(14_400, 14_400, 300, 10**6) ** 2 == pytest.approx(10**6)
