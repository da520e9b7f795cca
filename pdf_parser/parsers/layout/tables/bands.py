"""Bands: what stands between two rules. Is it one row, or several rows that no rule parts?"""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.rows import TableLine
from pdf_parser.parsers.layout.tables.rulings import Ruling
from pdf_parser.parsers.layout.tables.text import is_numeric

OFTEN = 0.75


def cut_bands(lines: Sequence[TableLine], full: Sequence[Ruling]) -> list[list[TableLine]]:
    """Lines between rules that run through; empty bands are left out."""
    bands: list[list[TableLine]] = [[]]
    rest = [r.at for r in full]
    for line in lines:
        middle = (line.top + line.bottom) / 2
        while rest and rest[0] < middle:
            rest.pop(0)
            bands.append([])
        bands[-1].append(line)
    return [band for band in bands if band]


def splits(band: Sequence[TableLine]) -> bool:
    """Several rows stand in the band: columns of figures go on line by line, or several columns go in step."""
    n = len(band)
    if n < 2:
        return False
    columns = sorted({c for line in band for c in line.cells})
    steady = [c for c in columns if sum(c in line.cells for line in band) >= OFTEN * n]
    figures = [c for c in steady if sum(is_numeric(line.text(c)) for line in band) >= OFTEN * n]
    if n == 2:
        return bool(figures) and len(steady) == len(columns) > 1
    if len(steady) > 1 and figures:
        return True
    return len(steady) == len(columns) > 1 and _short(band, steady)


def _short(band: Sequence[TableLine], columns: Sequence[int]) -> bool:
    """Cells of a word or two: running text wraps at more."""
    counts = [len(line.cells.get(c, ())) for line in band for c in columns]
    return len(band) > 3 and sum(counts) <= 2.5 * len(counts)
