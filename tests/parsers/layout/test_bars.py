"""Bars of a chart are told from shaded cells of a table."""

from __future__ import annotations

from pdf_parser.parsers.layout.bars import bar_charts
from pdf_parser.parsers.layout.content import Region

HEIGHTS = (60, 140, 90, 180)


def test_bars_on_one_base_are_a_chart():
    bars = [Region(100 + 50 * i, 400 - h, 130 + 50 * i, 400, 0.4) for i, h in enumerate(HEIGHTS)]
    assert bar_charts(bars) == [(100, 220, 280, 400)]


def test_bars_that_start_from_one_side_are_a_chart():
    bars = [Region(100, 200 + 30 * i, 100 + h, 220 + 30 * i, 0.4) for i, h in enumerate(HEIGHTS)]
    assert bar_charts(bars) == [(100, 200, 280, 310)]


def test_shaded_cells_are_none():
    row = [Region(100 + 50 * i, 200, 150 + 50 * i, 220, 0.9) for i in range(4)]
    column = [Region(100, 200 + 20 * i, 150, 220 + 20 * i, 0.9) for i in range(4)]
    assert bar_charts(row) == bar_charts(column) == []


def test_every_other_row_shaded_is_none():
    assert bar_charts([Region(100, 200 + 40 * i, 500, 220 + 40 * i, 0.9) for i in range(6)]) == []
