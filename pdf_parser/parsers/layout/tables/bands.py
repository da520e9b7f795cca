"""Bands: what stands between two rules. Is it one row, or several rows that no rule parts?"""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.rows import TableLine, group_rows, tight_groups
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


def band_rows(band: Sequence[TableLine]) -> list[list[TableLine]]:
    """Several rows when figures go on line by line, several columns go in step, or white parts all of it."""
    if len(band) < 2:
        return [list(band)]
    if _in_step(band) or _columns_of_figures(band):
        return group_rows(band)
    blocks = tight_groups(band)
    shared = [c for c in range(1, 1 + max(c for line in band for c in line.cells)) if _in_all(c, blocks[1:])]
    return blocks if len(blocks) > 1 and shared and all(0 in _filled(b) for b in blocks) else [list(band)]


def _columns_of_figures(band: Sequence[TableLine]) -> bool:
    """Beside the stub stand figures only, in at least two lines; what is not filled there are labels of groups."""
    beside = [[line.text(c) for c in line.cells if c > 0] for line in band]
    texts = [t for line in beside for t in line]
    stubs = all(0 in line.cells for line in band)
    lines = sum(bool(line) for line in beside)
    return stubs and lines > 1 and 2 * lines >= len(band) and sum(map(is_numeric, texts)) >= 0.9 * len(texts)


def _in_step(band: Sequence[TableLine]) -> bool:
    n = len(band)
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


def _in_all(col: int, blocks: Sequence[Sequence[TableLine]]) -> bool:
    return sum(col in _filled(b) for b in blocks) >= OFTEN * len(blocks)


def _filled(lines: Sequence[TableLine]) -> set[int]:
    return {c for line in lines for c in line.cells}
