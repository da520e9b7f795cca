"""Head lines to head rows: a line with spanning heads, or a rule under part of the columns, begins a new level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.tables.grid import Grid
from pdf_parser.parsers.layout.tables.head import head_segments, widened
from pdf_parser.parsers.layout.tables.rows import TableLine
from pdf_parser.parsers.layout.tables.rulings import Ruling
from pdf_parser.parsers.layout.tables.white import Gutter

Spans = list[tuple[int, int]]  # first and last column of every piece


@dataclass(slots=True)
class Level:
    lines: list[TableLine]
    spans: Spans
    rules_below: list[Ruling]


def head_levels(
    lines: Sequence[TableLine], gutters: Sequence[Gutter], rulings: Sequence[Ruling], x0: float, x1: float
) -> list[Level]:
    """From top to bottom; the table's columns lie between x0 and x1."""
    found = [widened(head_segments(line, gutters), gutters, x0, x1) for line in lines]
    pieces = [[(first, last) for _, first, last in line] for line in found]
    levels: list[Level] = []
    for i, line in enumerate(lines):
        if levels and not levels[-1].rules_below and not _parts_below(pieces[i - 1], pieces[i]):
            levels[-1].lines.append(line)
            levels[-1].spans += pieces[i]
        else:
            levels.append(Level([line], list(pieces[i]), []))
        below = lines[i + 1] if i + 1 < len(lines) else None
        if below is not None:
            levels[-1].rules_below = [r for r in rulings if _between(line, r, below)]
    return levels


def _parts_below(above: Spans, below: Spans) -> bool:
    """Some piece above stands over several pieces below."""
    return any(sum(first <= f and la <= last for f, la in below) > 1 for first, last in above if last > first)


def _between(upper: TableLine, ruling: Ruling, lower: TableLine) -> bool:
    return (upper.top + upper.bottom) / 2 < ruling.at < (lower.top + lower.bottom) / 2


def open_head(grid: Grid, levels: Sequence[Level]) -> None:
    """Marks in the grid's first rows where heads run on over columns and over levels."""
    for r, level in enumerate(levels):
        for first, last in _level_spans(grid, level):
            grid.open_right |= {(r, c) for c in range(first, last)}
        if r + 1 < len(levels):
            grid.open_below |= {(r, c) for c in range(grid.n_cols) if _runs_down(grid, level, levels[r + 1], c)}


def _level_spans(grid: Grid, level: Level) -> Spans:
    """Pieces over several columns, and single pieces over a rule that is longer than their column."""
    spans = [s for s in set(level.spans) if s[1] > s[0]]
    for ruling in level.rules_below:
        cols = [c for c in range(grid.n_cols) if ruling.covers(grid.xs[c], grid.xs[c + 1], 0.5)]
        over = {s for s in level.spans if cols and s[0] <= cols[-1] and s[1] >= cols[0]}
        if 1 < len(cols) < grid.n_cols and len(over) == 1:
            spans.append((cols[0], cols[-1]))
    return spans


def _runs_down(grid: Grid, level: Level, below: Level, col: int) -> bool:
    """Nothing drawn between, no spanning head above: heads stand at the foot of the place that is theirs."""
    if any(first < last and first <= col <= last for first, last in _level_spans(grid, level)):
        return False
    if any(r.covers(grid.xs[col], grid.xs[col + 1], 0.5) for r in level.rules_below):
        return False
    return not any(first < last and first <= col <= last for first, last in _level_spans(grid, below))
