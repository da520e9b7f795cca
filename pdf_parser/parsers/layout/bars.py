"""Bar charts: boxes that begin on one line, as wide as each other, and end where their figures say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.content import Region
from pdf_parser.parsers.layout.textblock import Rect

LEAST_BARS = 3
LEAST_WIDTH = 4.0  # points; thinner ones are rules
SAME = 1.0  # points


def bar_charts(boxes: Sequence[Region]) -> list[Rect]:
    """Boxes around the bars that stand on one base, or start from one side."""
    upright = [(b.x0, b.y0, b.x1, b.y1) for b in boxes]
    lying = [(b.y0, -b.x1, b.y1, -b.x0) for b in boxes]
    return [*_standing(upright), *((-y1, x0, -y0, x1) for x0, y0, x1, y1 in _standing(lying))]


def _standing(boxes: Sequence[Rect]) -> Iterator[Rect]:
    by_base: dict[tuple[int, int], list[Rect]] = defaultdict(list)
    for box in boxes:
        if box[2] - box[0] >= LEAST_WIDTH:
            by_base[round(box[3] / SAME), round((box[2] - box[0]) / SAME)].append(box)
    for bars in by_base.values():
        bars = sorted(set(bars))
        if len(bars) >= LEAST_BARS and _are_apart(bars) and _differ(bars):
            yield min(b[0] for b in bars), min(b[1] for b in bars), max(b[2] for b in bars), bars[0][3]


def _are_apart(bars: Sequence[Rect]) -> bool:
    """White stands between most; shaded cells of a table touch."""
    gaps = [b[0] - a[2] for a, b in pairwise(bars)]
    return sum(gap >= SAME for gap in gaps) >= 0.5 * len(gaps)


def _differ(bars: Sequence[Rect]) -> bool:
    """Hardly two are as tall as each other; cells of one row are."""
    return len({round((b[3] - b[1]) / SAME) for b in bars}) >= max(LEAST_BARS, 0.5 * len(bars))
