from __future__ import annotations

import numpy as np
import pytest

from pdf_parser.parsers.ocr.deskew import find_lines, ink_of
from pdf_parser.utils.pdf_writer import PdfWriter
from pdf_parser.utils.render import PageCamera, View
from tests.opening import opened
from tests.scans import PROSE


def picture(turn: int = 0, skew: float = 0.0, bars: bool = False) -> np.ndarray:
    writer = PdfWriter()
    page = writer.page()
    for i in range(30):
        page.text(72, 100 + 20 * i, PROSE[i % len(PROSE)][i:] + PROSE[(i + 2) % len(PROSE)], size=12)
    if bars:
        for x in range(100, 500, 60):
            page.fill(x, 300, x + 30, 700, grey=0)
    with opened(writer.to_bytes()) as pdf, PageCamera(pdf, 1) as camera:
        return camera.draw(View(camera.width, camera.height, 75 / 72, turn, skew))


@pytest.mark.parametrize("skew", [-7.0, -2.0, -0.3, 0.0, 0.5, 1.3, 4.2])
def test_the_skew_is_found(skew):
    assert find_lines(ink_of(picture(skew=skew))).skew == pytest.approx(-skew, abs=0.15)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_lines_are_sharper_than_what_runs_across(turn):
    ink = ink_of(picture(turn, skew=1.0))
    level, sideways = find_lines(ink), find_lines(ink.sideways())
    assert (sideways.sharpness > 2 * level.sharpness) == (turn % 180 == 90)


def test_bars_of_a_chart_are_no_lines():
    ink = ink_of(picture(bars=True))
    assert find_lines(ink).sharpness > find_lines(ink.sideways()).sharpness


def test_white_on_black_is_read_like_black_on_white():
    image = picture(skew=2.0)
    assert find_lines(ink_of(255 - image)).skew == pytest.approx(-2.0, abs=0.15)


def test_a_white_page_has_no_ink():
    assert not ink_of(np.full((200, 200), 255, np.uint8)).is_enough
