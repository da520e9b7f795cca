from __future__ import annotations

import numpy as np
import pytest

from pdf_parser.parsers.ocr.rulings import find_rules
from pdf_parser.utils.pdf_writer import PdfPage, PdfWriter
from pdf_parser.utils.render import PageCamera, View
from tests.opening import opened
from tests.scans import PROSE

SCALE = 150 / 72


def picture(writer: PdfWriter) -> np.ndarray:
    with opened(writer.to_bytes()) as pdf, PageCamera(pdf, 1) as camera:
        return camera.draw(View(camera.width, camera.height, SCALE))


def with_prose() -> tuple[PdfWriter, PdfPage]:
    writer = PdfWriter()
    page = writer.page()
    for i, text in enumerate(PROSE):
        page.text(72, 100 + 30 * i, text, size=14, font="bold")
    return writer, page


def test_letters_are_no_rules():
    assert find_rules(picture(with_prose()[0]), SCALE) == []


def test_a_grid_is_found_where_it_stands():
    writer, page = with_prose()
    for y in (400, 420, 440):
        page.line(100, y, 400, y)
    for x in (100, 250, 400):
        page.line(x, 400, x, 440)
    rules = find_rules(picture(writer), SCALE)
    level = sorted(rule.y0 for rule in rules if rule.is_horizontal)
    upright = sorted(rule.x0 for rule in rules if not rule.is_horizontal)
    assert level == pytest.approx([400, 420, 440], abs=0.5)
    assert upright == pytest.approx([100, 250, 400], abs=0.5)
    assert all(rule.x1 - rule.x0 == pytest.approx(300, abs=2) for rule in rules if rule.is_horizontal)


def test_bars_and_photos_are_no_rules():
    writer, page = with_prose()
    page.fill(100, 400, 400, 440, grey=0)
    page.fill(100, 500, 110, 700, grey=0)
    assert find_rules(picture(writer), SCALE) == []


def test_a_noisy_picture_costs_little():
    noise = np.random.default_rng(0).integers(0, 256, (1700, 1200)).astype(np.uint8)
    assert find_rules(noise, SCALE) == []
