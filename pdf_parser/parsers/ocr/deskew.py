"""How far the lines of a scan lean, and which way they run: found from the ink's profile alone.

When the rows of a picture are added up along the lines of text, the sums jump between ink and white; in any other
direction they are smooth (Postl 1986; leptonica's `pixFindSkew` maximises the same sum of squared differences).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pdf_parser.utils.render import GreyImage

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MAX_SKEW = 8.0  # degrees; what a feeder or a hand on the glass does
_STEPS = (1.0, 0.25, 0.05)  # degrees, coarse to fine
_MAX_POINTS = 60_000
_LEAST_POINTS = 200
_LONGEST_STROKE = 18  # pixels, a quarter of an inch at 75 dpi: longer runs are rules, bars, borders and photos


@dataclass(frozen=True)
class Lines:
    """`sharpness` compares directions of one picture; `skew` in degrees, clockwise, that makes the lines level."""

    sharpness: float
    skew: float


def find_lines(ink: Ink) -> Lines:
    """The angle within ±MAX_SKEW at which the rows are sharpest."""
    best = Lines(_sharpness(ink, 0.0), 0.0)
    reach = MAX_SKEW
    for step in _STEPS:
        count = round(reach / step)
        angles = [best.skew + i * step for i in range(-count, count + 1)]
        best = max((Lines(_sharpness(ink, angle), angle) for angle in angles), key=lambda lines: lines.sharpness)
        reach = step
    return Lines(best.sharpness, round(best.skew, 2))


@dataclass(frozen=True)
class Ink:
    """Positions of inked pixels, relative to the middle of the picture."""

    x: Floats
    y: Floats

    @property
    def is_enough(self) -> bool:
        return len(self.x) >= _LEAST_POINTS

    def sideways(self) -> Ink:
        """The same ink in the picture turned clockwise by 90 degrees."""
        return Ink(-self.y, self.x)


def ink_of(image: GreyImage) -> Ink:
    """A sample of the inked pixels, without what is too large for letters.

    Drawn at random (always the same): every n-th would beat with the width of the picture.
    """
    import numpy as np

    inked = ink_mask(image)
    y, x = np.nonzero(inked & ~_long_runs(inked) & ~_long_runs(inked.T).T)
    if len(x) > _MAX_POINTS:
        chosen = np.random.default_rng(0).integers(len(x), size=_MAX_POINTS)
        x, y = x[chosen], y[chosen]
    height, width = image.shape
    middle_x, middle_y = np.float64(width // 2), np.float64(height // 2)
    return Ink(x - middle_x, y - middle_y)  # whole numbers: halves would round in pairs


def _long_runs(inked: Mask) -> Mask:
    """Pixels in a row of more than _LONGEST_STROKE inked ones."""
    import numpy as np

    length, width = _LONGEST_STROKE + 1, inked.shape[1]
    if width < length:
        return np.zeros_like(inked)
    sums = np.cumsum(np.pad(inked, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    starts = (sums[:, length:] - sums[:, :-length] == length).astype(np.int8)
    sums = np.cumsum(np.pad(starts, ((0, 0), (length, length - 1))), axis=1, dtype=np.int32)
    return np.asarray(sums[:, length:] > sums[:, :-length])


def ink_mask(image: GreyImage, share: float = 0.5) -> Mask:
    """Pixels that `share` of the way or more from paper, which there is most of, to ink, which differs most."""
    import numpy as np

    darkest, paper, lightest = (float(grey) for grey in np.percentile(image, (0.1, 50, 99.9)))
    if paper - darkest >= lightest - paper:
        return np.asarray(image < paper - share * (paper - darkest))
    return np.asarray(image > paper + share * (lightest - paper))


def _sharpness(ink: Ink, angle: float) -> float:
    import numpy as np

    slope = math.radians(angle)
    rows = np.rint(ink.x * math.sin(slope) + ink.y * math.cos(slope)).astype(np.int64)
    counts = np.bincount(rows - rows.min()).astype(np.float64) if len(rows) else np.zeros(1)
    return float(np.square(np.diff(counts)).sum())
