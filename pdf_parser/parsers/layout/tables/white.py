"""Stretches of x over which (nearly) no line of a table writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.tables.found import Item


@dataclass(frozen=True, slots=True)
class Gutter:
    """White from x0 to x1 in the body of the table; the columns part at `at`."""

    x0: float
    x1: float

    @property
    def at(self) -> float:
        return (self.x0 + self.x1) / 2


Line = Sequence[Item]
Stretch = list[tuple[float, float, int]]  # neighbouring (x0, x1, lines that write there)


def low_stretches(lines: Sequence[Line], allowed: int) -> list[Stretch]:
    """Maximal runs of x between the first and the last word where at most `allowed` lines write."""
    events: list[tuple[float, int]] = []
    for line in lines:
        for x0, x1 in _inked(line):
            events += [(x0, 1), (x1, -1)]
    events.sort()
    runs: list[Stretch] = []
    run: Stretch = []
    depth = 0
    for (x, step), (following, _) in zip(events, [*events[1:], (events[-1][0], 0)], strict=True):
        depth += step
        if depth > allowed:
            if run:
                runs.append(run)
            run = []
        elif following > x:
            run.append((x, following, depth))
    return [r for r in runs if r[0][0] > events[0][0]]


def _inked(line: Line) -> list[tuple[float, float]]:
    """Stretches of x that the words of a line cover, word spaces not closed."""
    spans: list[tuple[float, float]] = []
    for _, word in line:
        if spans and word.x0 <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.x1))
        else:
            spans.append((word.x0, word.x1))
    return spans


def gutters_in(run: Stretch, min_gap: float) -> list[Gutter]:
    """The white parts of a stretch; where every part is written over by some line, its widest emptiest part."""
    white = [Gutter(a, b) for a, b, depth in run if depth == 0 and b - a >= min_gap]
    if white:
        return white
    best = max(run, key=lambda part: (-part[2], part[1] - part[0]))
    return [Gutter(best[0], best[1])] if best[1] - best[0] >= 3 * min_gap else []
