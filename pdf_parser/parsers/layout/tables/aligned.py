"""Tables without a full lattice: columns from white gutters, rows from lines, rules where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.tables.bands import band_rows, cut_bands
from pdf_parser.parsers.layout.tables.columns import find_gutters
from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.grid import Grid, fill
from pdf_parser.parsers.layout.tables.head import count_head_lines, head_segments, widened
from pdf_parser.parsers.layout.tables.header import mark_header
from pdf_parser.parsers.layout.tables.levels import head_levels, open_head
from pdf_parser.parsers.layout.tables.rows import TableLine, group_rows, table_line
from pdf_parser.parsers.layout.tables.rulings import Ruling, Rulings
from pdf_parser.parsers.layout.tables.text import visual_lines
from pdf_parser.parsers.layout.tables.white import Gutter

FULL = 0.75  # of the table's width: a rule so long runs through
RULED_ROWS = 0.6  # rules for so many of the body's rows: every band is one row


def aligned_table(items: Sequence[Item], rulings: Rulings) -> FoundTable | None:
    """None when the items show no columns."""
    raw = visual_lines(it for it in items if not it[1].angle % 180)
    gutters = find_gutters(raw)
    if not gutters:
        return None
    lines = [table_line(line, [g.at for g in gutters]) for line in raw]
    x0, x1 = min(w.x0 for _, w in items), max(w.x1 for _, w in items)
    full = full_rulings(rulings.horizontal, x0, x1)
    n_head = count_head_lines(lines, full, gutters[0].x0)
    levels = head_levels(lines[:n_head], gutters, rulings.horizontal, x0, x1)
    rows = [level.lines for level in levels] + _body_rows(lines[n_head:], full)
    grid = Grid([x0, *(g.at for g in gutters), x1], _row_borders(rows))
    open_head(grid, levels)
    _open_body(grid, rows[len(levels) :], len(levels), gutters)
    return mark_header(fill(grid, items), dict(items), len(levels))


def full_rulings(rulings: Sequence[Ruling], x0: float, x1: float) -> list[Ruling]:
    """Rules that run through from x0 to x1, in one piece or in several at one height; from top to bottom."""
    heights: list[list[Ruling]] = []
    for ruling in sorted(rulings, key=lambda r: r.at):
        if heights and ruling.at - heights[-1][0].at <= 3:
            heights[-1].append(ruling)
        else:
            heights.append([ruling])
    found = []
    for group in heights:
        covered = sum(max(0.0, min(r.end, x1) - max(r.start, x0)) for r in group)
        if covered >= FULL * (x1 - x0):
            found.append(Ruling(group[0].at, min(r.start for r in group), max(r.end for r in group)))
    return found


def _body_rows(lines: Sequence[TableLine], full: Sequence[Ruling]) -> list[list[TableLine]]:
    bands = cut_bands(lines, full)
    ruled = [band_rows(band) for band in bands]
    if len(bands) > 2 and sum(len(rows) == 1 or len(rows) == len(b) for rows, b in zip(ruled, bands, strict=True)) >= (
        RULED_ROWS * len(bands)
    ):
        return [row for rows in ruled for row in rows]
    return [row for band in bands for row in group_rows(band)]


def _row_borders(rows: Sequence[Sequence[TableLine]]) -> list[float]:
    """Halfway between the centres of the last line of a row and the first of the next."""
    first, last = rows[0], rows[-1]
    borders = [min(w.y0 for line in first for _, w in line.items)]
    for upper, lower in pairwise(rows):
        above = max(w.y0 + w.y1 for line in upper for _, w in line.items)
        below = min(w.y0 + w.y1 for line in lower for _, w in line.items)
        borders.append((above + below) / 4)
    return [*borders, max(w.y1 for line in last for _, w in line.items)]


def _open_body(grid: Grid, rows: Sequence[Sequence[TableLine]], offset: int, gutters: Sequence[Gutter]) -> None:
    """A line of one piece, and a word that stands across a gutter, join the cells that they reach over."""
    for r, row in enumerate(rows, start=offset):
        for line in row:
            pieces = head_segments(line, gutters)
            if len(pieces) == 1 and len(row) == 1:
                pieces = widened(pieces, gutters, grid.xs[0], grid.xs[-1])
            for _, first, last in pieces:
                grid.open_right |= {(r, c) for c in range(first, last)}
