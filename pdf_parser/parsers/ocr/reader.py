"""One page, from picture to words: look from afar, turn, deskew, read closely, and turn again if it reads badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pdf_parser.parsers.ocr.deskew import Ink, find_lines, ink_of
from pdf_parser.parsers.ocr.engine import OcrEngine, OcrWord, mean_confidence
from pdf_parser.utils.render import View, scale_for

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage

LOOK_DPI = 75  # enough to see lines of text, 20 ms (benchmarks/OCR.md)
LOOK_PIXELS = 4_000_000
WHITE_CONTRAST = 24  # of 255: a scan of an empty sheet has some noise
SURE = 0.85  # upside-down text reads at .75, upright text above .9 (benchmarks/OCR.md)
BETTER = 0.05
CLEARLY = 2.0  # so much sharper are lines of text than what runs across them
LEAST_SKEW = 0.15  # degrees; less costs no letter, and no row of a table
SAMPLE_SHARE = 0.25

Draw = Callable[[View], "GreyImage"]


@dataclass(frozen=True)
class Reading:
    """What an engine read, in pixels of `image`, which is the page in `view`."""

    view: View
    image: GreyImage
    words: list[OcrWord]
    is_white: bool = False

    @property
    def confidence(self) -> float:
        return mean_confidence(self.words)

    @property
    def notes(self) -> list[str]:
        turned = [f"rotated {self.view.turn}"] if self.view.turn else []
        skewed = [f"skew {-self.view.skew:.1f}°"] if self.view.skew else []
        return [*turned, *skewed]


def read_page(afar: View, close: View, draw: Draw, engine: OcrEngine) -> Reading:
    """Words of a page; `afar` and `close` are the same page at two scales, `draw` gives its picture."""
    glance = draw(afar)
    if _is_white(glance):
        return Reading(afar, glance, [], is_white=True)
    likeliest, *others = _views(close, ink_of(glance))
    reading = _read(likeliest, draw, engine)
    if reading.confidence >= SURE or not reading.words:
        return reading
    samples = {_sample_confidence(view, draw, engine): view for view in others}
    best = max(samples)
    return _read(samples[best], draw, engine) if best > reading.confidence + BETTER else reading


def _is_white(image: GreyImage) -> bool:
    import numpy as np

    dark, light = np.percentile(image, (0.01, 50))
    return bool(light - dark < WHITE_CONTRAST)


def _views(close: View, ink: Ink) -> list[View]:
    """The page turned in all ways that its ink allows, the likeliest first."""
    if not ink.is_enough:
        return [replace(close, turn=turn) for turn in (0, 180, 90, 270)]
    level, sideways = find_lines(ink), find_lines(ink.sideways())
    ways = [_turned(close, (0, 180), level.skew), _turned(close, (90, 270), sideways.skew)]
    if sideways.sharpness > level.sharpness:
        ways.reverse()
    ratio = level.sharpness / max(1.0, sideways.sharpness)
    return ways[0] if max(ratio, 1 / max(ratio, 1e-9)) > CLEARLY else [*ways[0], *ways[1]]


def _turned(close: View, turns: Sequence[int], skew: float) -> list[View]:
    return [replace(close, turn=turn, skew=skew if abs(skew) >= LEAST_SKEW else 0.0) for turn in turns]


def _read(view: View, draw: Draw, engine: OcrEngine) -> Reading:
    image = draw(view)
    return Reading(view, image, engine.read(image))


def _sample_confidence(view: View, draw: Draw, engine: OcrEngine) -> float:
    return mean_confidence(engine.read(_densest_band(draw(view))))


def _densest_band(image: GreyImage) -> GreyImage:
    """The quarter of the picture, full width, with the most ink."""
    import numpy as np

    height = image.shape[0]
    rows = max(1, int(height * SAMPLE_SHARE))
    ink = np.cumsum(np.concatenate([[0.0], (255.0 - image).sum(axis=1)]))
    top = int(np.argmax(ink[rows:] - ink[:-rows]))
    return image[top : top + rows]


def close_views(width: float, height: float, dpi: int, max_pixels: int) -> tuple[View, View]:
    """The page from afar, to see how it lies, and near, to read it; `max_pixels` bounds the near one."""
    afar = View(width, height, scale_for(width, height, LOOK_DPI, LOOK_PIXELS))
    return afar, replace(afar, scale=scale_for(width, height, dpi, max_pixels))
