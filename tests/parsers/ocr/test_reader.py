"""How a page is turned until it reads well, with engines that tell how sure they are and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from pdf_parser.parsers.ocr.engine import OcrWord, mean_confidence
from pdf_parser.parsers.ocr.reader import close_views, read_page
from pdf_parser.utils.render import View


def word(text: str = "word", confidence: float = 1.0) -> OcrWord:
    return OcrWord(text, 0, 0, 10, 10, confidence, 0)


class Sheet:
    """A page of level lines of "text" that stands upright when it is turned by `upright`."""

    def __init__(self, upright: int) -> None:
        self.upright = upright
        self.drawn: list[View] = []

    def draw(self, view: View) -> np.ndarray:
        self.drawn.append(view)
        width, height = view.pixels
        image = np.full((height, width), 255, np.uint8)
        lines = image if (view.turn - self.upright) % 180 == 0 else image.T
        letters = np.random.default_rng(0)
        for y in range(20, lines.shape[0] - 20, 16):
            for x in np.cumsum(letters.integers(4, 14, lines.shape[1] // 14)):
                lines[y : y + 8, 10 + x : 13 + x] = 0
        return image


class Engine:
    """Sure of what stands upright, unsure of anything else."""

    best_dpi = 75

    def __init__(self, sheet: Sheet, wrong: float = 0.7) -> None:
        self.sheet = sheet
        self.wrong = wrong
        self.reads = 0

    def read(self, image: np.ndarray) -> list[OcrWord]:
        self.reads += 1
        is_right = self.sheet.drawn[-1].turn == self.sheet.upright
        return [word(confidence=0.97 if is_right else self.wrong)]


@pytest.mark.parametrize("upright", [0, 90, 180, 270])
def test_the_turn_that_reads_best_is_taken(upright):
    sheet = Sheet(upright)
    reading = read_page(*close_views(300, 420, 75, 10**7), sheet.draw, Engine(sheet))
    assert reading.view.turn == upright
    assert (f"rotated {upright}" in reading.notes) == bool(upright)


def test_an_upright_page_is_read_once():
    sheet = Sheet(0)
    engine = Engine(sheet)
    read_page(*close_views(300, 420, 75, 10**7), sheet.draw, engine)
    assert engine.reads == 1


def test_a_bad_scan_stays_as_it_is_when_turning_does_not_help():
    sheet = Sheet(0)
    engine = Engine(sheet, wrong=0.99)
    sheet.upright = 180  # the wrong way is read as surely
    assert read_page(*close_views(300, 420, 75, 10**7), sheet.draw, engine).view.turn == 0


def test_nothing_is_read_on_a_white_sheet():
    white = np.full((420, 300), 250, np.uint8)
    sheet = Sheet(0)
    engine = Engine(sheet)
    reading = read_page(*close_views(300, 420, 75, 10**7), lambda view: white, engine)
    assert (reading.is_white, reading.words, engine.reads) == (True, [], 0)


def test_huge_pages_are_read_more_coarsely():
    afar, close = close_views(14_400, 14_400, 300, 10_000_000)
    for view in (afar, close):
        width, height = view.pixels
        assert width * height <= 10_100_000


def test_every_character_counts_the_same():
    assert mean_confidence([word("long word", 1.0), word("x", 0.0)]) == pytest.approx(0.9)
    assert mean_confidence([]) == 0.0
