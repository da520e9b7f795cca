"""Sizes of type from ink, and the order of lines."""

from __future__ import annotations

import numpy as np
import pytest

from pdf_parser.parsers.ocr.chains import order_lines
from pdf_parser.parsers.ocr.engine import OcrWord
from pdf_parser.parsers.ocr.sizes import InkLine, measure_lines
from pdf_parser.utils.pdf_writer import PdfWriter
from pdf_parser.utils.render import PageCamera, View
from tests.opening import opened

SCALE = 150 / 72


@pytest.mark.parametrize("size", [9, 12, 20])
@pytest.mark.parametrize("text", ["Egypt and joy", "some men were seen", "CAPITALS 1234", "cost, net"])
def test_the_size_does_not_depend_on_the_letters(size, text):
    writer = PdfWriter()
    writer.page(300, 100).text(20, 60, text, size=size)
    with opened(writer.to_bytes()) as pdf, PageCamera(pdf, 1) as camera:
        image = camera.draw(View(camera.width, camera.height, SCALE))
    box = (20 * SCALE, (60 - size) * SCALE, 290 * SCALE, (60 + 0.5 * size) * SCALE)  # loose, as engines give it
    (line,) = measure_lines([OcrWord(text, *box, 1.0, 0)], image)
    assert line.size / SCALE == pytest.approx(size, rel=0.13)
    assert line.y1 / SCALE == pytest.approx(60, abs=0.3 * size)


def test_lines_of_about_one_size_get_one_size():
    image = np.full((400, 100), 255, np.uint8)
    heights = (20, 20, 21, 40)
    for i, height in enumerate(heights):
        image[100 * i + 20 : 100 * i + 20 + height] = 0
    words = [OcrWord("l", 0, 100 * i + 10, 100, 100 * i + 70, 1.0, i) for i in range(4)]
    sizes = [line.size for line in measure_lines(words, image)]
    assert sizes[0] == sizes[1] == sizes[2] < sizes[3]


def line(text: str, x: float, y: float, width: float = 200, size: float = 10) -> InkLine:
    return InkLine((OcrWord(text, x, y, x + width, y + size, 1.0, 0),), y, y + size, size)


def test_columns_are_read_one_after_the_other():
    rows = [line(f"{side}{row}", x, 100 + 14 * row) for row in range(8) for side, x in (("left", 50), ("right", 300))]
    order = [found.words[0].text for found in order_lines(rows, scale=1)]
    assert order == [*(f"left{i}" for i in range(8)), *(f"right{i}" for i in range(8))]


def test_a_title_over_columns_comes_first():
    rows = [line("title", 50, 40, width=450, size=20)]
    rows += [line(f"{side}{row}", x, 100 + 14 * row) for row in range(5) for side, x in (("a", 50), ("b", 300))]
    order = [found.words[0].text for found in order_lines(rows, scale=1)]
    assert order[0] == "title"
    assert order[1:6] == [f"a{i}" for i in range(5)]


def test_every_line_is_kept():
    rng = np.random.default_rng(3)
    rows = [line(str(i), *rng.integers(0, 600, 2), width=int(rng.integers(10, 300))) for i in range(80)]
    order = [found.words[0].text for found in order_lines(rows, scale=1)]
    assert sorted(order) == sorted(str(i) for i in range(80))
