"""Figures from what is drawn: charts, diagrams and maps with their labels. Found before tables, which they resemble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.layout.bars import bar_charts
from pdf_parser.parsers.layout.content import PageContent, Region, Rule
from pdf_parser.parsers.layout.order import MARGIN
from pdf_parser.parsers.layout.textblock import Rect, TextBlock

NEAR = 8.0  # points between curves and slanted lines of one drawing
TOUCH = 2.0  # points between a drawing and the straight lines and boxes that belong to it
LEAST_SIDE = 36.0  # points; smaller drawings are icons, braces and bullets
MAX_GROWING = 3_000  # rules and boxes; with more on a page a drawing is taken without them
ROUNDS = 8
LABEL_CHARS, LABEL_LINES = 30, 4
LABEL_APART = 1.2  # in font sizes: so far outside a drawing may its labels stand
PROSE_CHARS, PROSE_LINE = 45, 80  # a line; several lines of the first, or one of the second, are prose
PROSE_LETTERS = 0.7  # share of the characters
DRAWN = 0.3  # of the area that the layout model takes for a figure
MAX_PROSE = 0.3  # share of the characters; what frames or backs more of it is no figure


@dataclass(frozen=True)
class Figure:
    """`labels` are the blocks of text that belong to it."""

    rect: Rect
    labels: tuple[TextBlock, ...] = ()

    @property
    def words(self) -> frozenset[int]:
        return frozenset(word.rank for block in self.labels for line in block.lines for word in line.words)


def find_figures(content: PageContent, text_blocks: Callable[[], Sequence[TextBlock]]) -> list[Figure]:
    """No block is in two figures. `text_blocks` gives those of the whole page; asked for only when something is drawn
    like a figure."""
    seen = [rect for rect in map(_rect, content.figures) if _holds_drawing(rect, content)]
    seeds = merge_rects([*_drawings(content.strokes), *bar_charts(content.boxes), *seen], NEAR)
    seeds = [seed for seed in seeds if is_large(seed)]
    free = list(text_blocks()) if seeds else []
    figures = []
    for rect in _largest([_grown(seed, content, free) for seed in seeds]):
        figure = _figure(rect, free)
        if figure is not None:
            figures.append(figure)
            taken = {id(block) for block in figure.labels}
            free = [block for block in free if id(block) not in taken]
    return figures


def _largest(rects: Sequence[Rect]) -> list[Rect]:
    """Without those that lie in a larger one; from top to bottom."""
    kept: list[Rect] = []
    for rect in sorted(rects, key=lambda r: (r[0] - r[2]) * (r[3] - r[1])):
        if not any(_is_inside(rect, other) for other in kept):
            kept.append(rect)
    return sorted(kept, key=lambda r: (r[1], r[0]))


def is_large(rect: Rect) -> bool:
    return min(rect[2] - rect[0], rect[3] - rect[1]) >= LEAST_SIDE


def merge_rects(rects: Iterable[Rect], near: float) -> list[Rect]:
    """Boxes around those that stand nearer than `near` points."""
    merged: list[Rect] = []
    for rect in sorted(rects, key=lambda r: r[1]):
        while touching := [other for other in merged if _touch(rect, other, near)]:
            merged = [other for other in merged if other not in touching]
            rect = around([rect, *touching])
        merged.append(rect)
    return merged


def area(rect: Rect) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def around(rects: Sequence[Rect]) -> Rect:
    x0, y0, x1, y1 = zip(*rects, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _drawings(strokes: Sequence[Region]) -> list[Rect]:
    """Boxes around large curves, and around two slanted lines or more: one alone may be the diagonal of a table's
    corner."""
    found = merge_rects([_rect(s) for s in strokes], NEAR)
    return [box for box in found if _is_drawn([s for s in strokes if _is_inside(_rect(s), box)])]


def _is_drawn(strokes: Sequence[Region]) -> bool:
    return len(strokes) > 1 or any(s.is_curved and is_large(_rect(s)) for s in strokes)


def _rect(drawn: Region | Rule) -> Rect:
    return drawn.x0, drawn.y0, drawn.x1, drawn.y1


def _holds_drawing(rect: Rect, content: PageContent) -> bool:
    """What the layout model takes for a figure may be prose, a formula or a table: curves, slanted lines and images
    are in a figure only, rules and boxes fill a table too."""
    drawn = [part for part in map(_rect, (*content.strokes, *content.pictures)) if _is_inside(part, rect)]
    return bool(drawn) and area(around(drawn)) >= DRAWN * area(rect)


def _grown(rect: Rect, content: PageContent, blocks: Sequence[TextBlock]) -> Rect:
    """With the axes, frames and shades that touch it, but for those that reach over a caption or prose."""
    drawn: list[Rule | Region] = [*content.rules, *content.boxes, *content.pictures]
    parts = [rect for rect in map(_rect, drawn) if _is_in_body(rect, content)]
    if len(parts) > MAX_GROWING:
        return rect
    barriers = [b.rect for b in blocks if (_is_caption(b) or is_prose(b)) and not _is_inside(b.rect, rect)]
    for _ in range(ROUNDS):
        before = rect
        for part in parts:
            if _touch(rect, part, TOUCH):
                larger = around([rect, part])
                rect = rect if any(_is_inside(barrier, larger) for barrier in barriers) else larger
        if rect == before:
            break
    return rect


def _is_in_body(rect: Rect, content: PageContent) -> bool:
    """Not in the margins: what stands or ends there decorates the page."""
    margin = MARGIN * content.height
    return rect[0] > 0 and rect[2] < content.width and rect[3] > margin and rect[1] < content.height - margin


def _figure(rect: Rect, blocks: Sequence[TextBlock]) -> Figure | None:
    """None when it frames prose. Its labels are what stands inside, and short texts right outside."""
    inside = [block for block in blocks if _is_inside(block.rect, rect)]
    chars = sum(len(block.text) for block in inside)
    if sum(len(block.text) for block in inside if is_prose(block)) > MAX_PROSE * chars:
        return None
    if any(map(_is_caption, inside)):
        return None
    for _ in range(2):
        labels = [block for block in blocks if _is_inside(block.rect, rect) or _is_label_of(rect, block)]
        rect = around([rect, *(block.rect for block in labels)])
    return Figure(rect, tuple(labels))


def _is_caption(block: TextBlock) -> bool:
    return block.kind is BlockKind.CAPTION


def is_prose(block: TextBlock) -> bool:
    """Long lines of words; the ticks of an axis are long lines of figures."""
    chars = [len(line.text) for line in block.lines]
    is_long = max(chars) >= PROSE_LINE or (len(chars) > 1 and sum(chars) >= PROSE_CHARS * len(chars))
    return is_long and sum(map(str.isalpha, block.text)) >= PROSE_LETTERS * len("".join(block.text.split()))


def _is_label_of(rect: Rect, block: TextBlock) -> bool:
    short = all(len(line.text) <= LABEL_CHARS for line in block.lines) and len(block.lines) <= LABEL_LINES
    plain = not _is_caption(block) and not block.style.bold
    return short and plain and _touch(rect, block.rect, LABEL_APART * block.style.size)


def _is_inside(inner: Rect, outer: Rect) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _touch(a: Rect, b: Rect, near: float) -> bool:
    return a[0] - near <= b[2] and b[0] <= a[2] + near and a[1] - near <= b[3] and b[1] <= a[3] + near
