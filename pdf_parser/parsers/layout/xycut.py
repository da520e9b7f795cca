"""Reading order from white space alone: cut into columns where a gutter runs through, else into bands.

A recursive XY-cut (Nagy and Seth 1984). Bands are first put together again as long as one gutter runs through them, so
that two columns are read one after the other although their paragraphs happen to end level.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Protocol, TypeVar

Rect = tuple[float, float, float, float]
MIN_GUTTER = 5.0  # points
OVERHANG = 1.0  # points by which boxes may touch and still be apart
LABEL_CHARS = 30
MAX_DEPTH = 40


class Boxed(Protocol):
    @property
    def rect(self) -> Rect: ...
    @property
    def text(self) -> str: ...


Item = TypeVar("Item", bound=Boxed)


def cut_order(items: Sequence[Item], depth: int = 0) -> list[Item]:
    """Every item exactly once; the result depends on places only, equal places keep their order."""
    if len(items) <= 1 or depth > MAX_DEPTH:
        return list(items)
    columns = _groups(items, axis=0, least=MIN_GUTTER)
    if len(columns) > 1 and not _are_rows(columns):
        return [item for column in columns for item in cut_order(column, depth + 1)]
    bands = _groups(items, axis=1, least=-OVERHANG)
    if len(bands) > 1:
        sections = _sections(bands, by_row=len(columns) > 1)
        return [item for section in sections for item in cut_order(section, depth + 1)]
    if len(columns) > 1:
        return [item for column in columns for item in cut_order(column, depth + 1)]
    return _peeled(items, depth)


def _groups(items: Sequence[Item], axis: int, least: float) -> list[list[Item]]:
    """Cut at every white strip that no item crosses; axis 0: columns from left to right, 1: bands downwards."""
    groups: list[list[Item]] = []
    end = 0.0
    for item in sorted(items, key=lambda item: item.rect[axis]):
        start = item.rect[axis]
        if groups and start - end < least:
            groups[-1].append(item)
            end = max(end, item.rect[axis + 2])
        else:
            groups.append([item])
            end = item.rect[axis + 2]
    return groups


def _are_rows(columns: Sequence[Sequence[Boxed]]) -> bool:
    """Labels with their explanations beside them: a short text in one column, level with one in the next."""
    for i, column in enumerate(columns):
        others = [item for j, other in enumerate(columns) if j != i for item in other]
        if len(column) >= 2 and fmean(len(item.text) for item in column) <= LABEL_CHARS:
            level = sum(any(_is_level(item.rect, other.rect) for other in others) for item in column)
            if level >= 0.7 * len(column):
                return True
    return False


def _is_level(a: Rect, b: Rect) -> bool:
    return abs(a[1] - b[1]) <= 0.5 * min(a[3] - a[1], b[3] - b[1], 24.0)


def _sections(bands: Sequence[list[Item]], by_row: bool) -> list[list[Item]]:
    """Neighbouring bands that one gutter runs through, put together."""
    sections: list[list[Item]] = []
    for band in bands:
        if sections and not by_row and _share_gutter(sections[-1], band):
            sections[-1] = [*sections[-1], *band]
        else:
            sections.append(list(band))
    return sections


def _share_gutter(section: Sequence[Item], band: Sequence[Item]) -> bool:
    columns = _groups([*section, *band], axis=0, least=MIN_GUTTER)
    return len(columns) > 1 and not _are_rows(columns)


def _peeled(items: Sequence[Item], depth: int) -> list[Item]:
    """Boxes that overlap so that no cut goes through: the uppermost first, then the rest."""
    first = min(items, key=lambda item: (item.rect[1], item.rect[0]))
    rest = [item for item in items if item is not first]
    return [first, *cut_order(rest, depth + 1)]
