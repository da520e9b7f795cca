"""How large the type of a line is: the height of its ink, by what the letters in it need.

Boxes of engines are no measure: RapidOCR's are the letters plus a margin that depends on the resolution, Tesseract's
end at the ink, so that "some men" is half as high as "Egypt".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from pdf_parser.parsers.ocr.deskew import ink_mask
from pdf_parser.parsers.ocr.engine import OcrWord

if TYPE_CHECKING:
    from pdf_parser.parsers.ocr.deskew import Mask
    from pdf_parser.utils.render import GreyImage

# Shares of the font size in Latin text faces (Helvetica, Times): x-height, ascender and capital, descender.
X_HEIGHT, ASCENDER, DESCENDER = 0.54, 0.75, 0.2
FAINT = 0.35  # the tail of a y is thin, and grey in a scan
FULL_HEIGHT = 0.95  # of a Chinese, Japanese or Korean character
SAME_SIZE = 0.1  # lines whose sizes differ by less are set in one size
SAME_PIXELS = 2.5  # a pixel too many or too few in the height of "some men" is two in the size
_DESCENDING = frozenset("gjpqy()[]{}|/@$")
_BELOW_THE_LINE = frozenset(",;Q")
_LOW = frozenset("acemnorsuvwxzgpqy.,:;-_=+~·•")


@dataclass(frozen=True, slots=True)
class InkLine:
    """Words of one line with the top and bottom of its ink in pixels, and its font size in pixels."""

    words: tuple[OcrWord, ...]
    y0: float
    y1: float
    size: float

    @property
    def x0(self) -> float:
        return min(w.x0 for w in self.words)

    @property
    def x1(self) -> float:
        return max(w.x1 for w in self.words)


def measure_lines(words: Sequence[OcrWord], image: GreyImage) -> list[InkLine]:
    """In the order of the words; sizes are evened out over the page."""
    inked = ink_mask(image, FAINT)
    lines = [_measure(tuple(line), inked) for _, line in groupby(words, key=lambda word: word.line)]
    return _even_out(lines)


def _measure(words: tuple[OcrWord, ...], inked: Mask) -> InkLine:
    x0, x1 = int(min(w.x0 for w in words)), int(max(w.x1 for w in words)) + 1
    y0, y1 = int(min(w.y0 for w in words)), int(max(w.y1 for w in words)) + 1
    text = "".join("".join(w.text.split()) for w in words)
    y0 = max(0, y0)
    top, bottom = _ink_rows(inked[y0:y1, max(0, x0) : x1])
    return InkLine(words, y0 + top, y0 + bottom, (bottom - top) / _expected_height(text))


def _ink_rows(crop: Mask) -> tuple[int, int]:
    """The band of inked rows around the middle of a line; neighbours that look into its box stay out."""
    import numpy as np

    height = crop.shape[0]
    middle = height // 2
    empty = np.flatnonzero(~crop.any(axis=1))
    above, below = empty[empty < middle], empty[empty > middle]
    top = int(above[-1]) + 1 if len(above) else 0
    bottom = int(below[0]) if len(below) else height
    return (top, bottom) if bottom > top else (0, height)


def _expected_height(text: str) -> float:
    """Share of the font size that the ink of such letters is high."""
    if any(c > "\u2e80" for c in text):
        return FULL_HEIGHT
    top = X_HEIGHT if all(c in _LOW for c in text) else ASCENDER
    if any(c in _DESCENDING for c in text):
        return top + DESCENDER
    return top + (DESCENDER / 2 if any(c in _BELOW_THE_LINE for c in text) else 0.0)


def _even_out(lines: Sequence[InkLine]) -> list[InkLine]:
    """Gives lines of about the same size the one that most of their characters have."""
    sizes = [line.size for line in lines]
    chars = [sum(len(word.text) for word in line.words) for line in lines]
    left = set(range(len(lines)))
    while left:
        near = {i: _near(lines[i].size, left, lines) for i in left}
        leader = max(left, key=lambda i: (sum(chars[j] for j in near[i]), lines[i].size))
        for i in near[leader]:
            sizes[i] = lines[leader].size
        left -= near[leader]
    return [replace(line, size=size) for line, size in zip(lines, sizes, strict=True)]


def _near(size: float, left: set[int], lines: Sequence[InkLine]) -> set[int]:
    tolerance = max(SAME_SIZE * size, SAME_PIXELS)
    return {i for i in left if abs(lines[i].size - size) <= tolerance}
