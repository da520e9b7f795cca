"""Runs of lines that fall into several pieces at the same places: tables without any rule."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.columns import WIDE_GAP
from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.text import Segment, cut_line, segment, visual_lines

FAR, VERY_FAR = 6.0, 14.0  # em of white: further apart, lines are of different tables
EDGES = 3  # columns of a run that may go on over a very wide gap
MAX_SINGLES = 3  # lines of one piece in a row (labels of groups, wrapped stubs)


def find_runs(items: Sequence[Item], barriers: Sequence[Item]) -> list[list[Item]]:
    """Items of each run, top to bottom; running text (`barriers`) between two lines parts them."""
    lines = [cut_line(line, WIDE_GAP) for line in visual_lines(it for it in items if not it[1].angle % 180)]
    walls = sorted((w.y0 + w.y1) / 2 for _, w in barriers)
    runs: list[list[list[Segment]]] = []
    run: list[list[Segment]] = []
    for line in lines:
        if run and not _goes_on(run, line, walls):
            runs.append(run)
            run = []
        if run or len(line) > 1:
            run.append(line)
    runs.append(run)
    return [[it for line in _trimmed(r) for s in line for it in s.items] for r in runs if r]


def _goes_on(run: Sequence[Sequence[Segment]], line: Sequence[Segment], walls: Sequence[float]) -> bool:
    last, here = _whole(run[-1]), _whole(line)
    em = max(last.size, here.size)
    wide = max(len(above) for above in run) >= EDGES and _on_common_edges(run, line)
    far = VERY_FAR if wide else FAR
    if here.y0 - last.y1 > far * em or any(last.y1 < y < here.y0 for y in walls):
        return False
    left, right = min(s.x0 for r in run for s in r), max(s.x1 for r in run for s in r)
    if min(right, here.x1) <= max(left, here.x0):
        return False
    if len(line) > 1:
        return True
    singles = 0
    for earlier in reversed(run):
        if len(earlier) > 1:
            break
        singles += 1
    within = left - em <= here.x0 and here.x1 <= right + em
    return singles < MAX_SINGLES and (within or wide)


def _on_common_edges(run: Sequence[Sequence[Segment]], line: Sequence[Segment]) -> bool:
    """Every piece begins where pieces above begin."""
    return all(any(abs(s.x0 - other.x0) <= 2 for above in run for other in above) for s in line)


def _trimmed(run: list[list[Segment]]) -> list[list[Segment]]:
    """Without the single pieces at the end, but for the last lines of a cell."""
    end = max((i + 1 for i, line in enumerate(run) if len(line) > 1), default=0)
    while 0 < end < len(run) and _ends_cell(run[end - 1], run[end][0]):
        end += 1
    return run[:end]


def _ends_cell(above: Sequence[Segment], piece: Segment) -> bool:
    """Close below a piece of the line above, at its left edge."""
    return any(abs(s.x0 - piece.x0) <= 2 and piece.y0 - s.y1 <= 0.6 * piece.size for s in above)


def _whole(line: Sequence[Segment]) -> Segment:
    return segment([it for s in line for it in s.items])
