"""Ruling lines of a picture: what holds a scanned table together, in the form in which a PDF's own paths come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pdf_parser.parsers.layout.content import Rule
from pdf_parser.parsers.ocr.deskew import ink_mask

if TYPE_CHECKING:
    from pdf_parser.parsers.ocr.deskew import Mask
    from pdf_parser.utils.render import GreyImage

SHORTEST = 36.0  # points; longer than serifs that run together, or the stems of a large title
THICKEST = 4.0  # points; thicker is a bar, a photo or a black border
BREAK = 2  # pixels by which a scanned line may be interrupted, or step up and down
MOST_RUNS = 20_000  # a photo has as many; it has no rules that are worth the time


@dataclass
class _Stroke:
    x0: int
    y0: int
    x1: int
    y1: int


def find_rules(image: GreyImage, scale: float) -> list[Rule]:
    """Level and upright rules in points of the upright page; `scale` in pixels a point."""
    inked = ink_mask(image)
    level = [
        Rule(s.x0 / scale, _middle(s) / scale, s.x1 / scale, _middle(s) / scale, _thickness(s) / scale)
        for s in _strokes(inked, scale)
    ]
    upright = [
        Rule(_middle(s) / scale, s.x0 / scale, _middle(s) / scale, s.x1 / scale, _thickness(s) / scale)
        for s in _strokes(inked.T, scale)
    ]
    return [*level, *upright]


def _middle(stroke: _Stroke) -> float:
    return (stroke.y0 + stroke.y1 + 1) / 2


def _thickness(stroke: _Stroke) -> int:
    return stroke.y1 - stroke.y0 + 1


def _strokes(inked: Mask, scale: float) -> list[_Stroke]:
    """Level strokes: runs of ink in neighbouring rows that touch, as long as they stay thin."""
    runs = _runs(inked, round(SHORTEST * scale))
    done: list[_Stroke] = []
    growing: list[_Stroke] = []
    for y, x0, x1 in runs if len(runs) <= MOST_RUNS else ():
        done += [s for s in growing if s.y1 < y - BREAK]
        growing = [s for s in growing if s.y1 >= y - BREAK]
        touching = next((s for s in growing if x0 <= s.x1 + BREAK and x1 >= s.x0 - BREAK), None)
        if touching is None:
            growing.append(_Stroke(x0, y, x1, y))
        else:
            touching.x0, touching.x1, touching.y1 = min(x0, touching.x0), max(x1, touching.x1), y
    return [s for s in _joined([*done, *growing]) if _thickness(s) <= THICKEST * scale]


def _joined(strokes: list[_Stroke]) -> list[_Stroke]:
    """Pieces that began apart and have grown into each other, put together."""
    whole: list[_Stroke] = []
    for s in sorted(strokes, key=lambda s: (s.y0, s.x0)):
        last = next((o for o in reversed(whole) if _touch(o, s)), None)
        if last is None:
            whole.append(s)
        else:
            last.x0, last.x1, last.y1 = min(last.x0, s.x0), max(last.x1, s.x1), max(last.y1, s.y1)
    return whole


def _touch(a: _Stroke, b: _Stroke) -> bool:
    return b.y0 <= a.y1 + BREAK and b.x0 <= a.x1 + BREAK and b.x1 >= a.x0 - BREAK


def _runs(inked: Mask, shortest: int) -> list[tuple[int, int, int]]:
    """(row, first and last column) of inked stretches, small gaps closed; rows ascend."""
    import numpy as np

    closed = inked.copy()
    for shift in range(1, BREAK + 1):
        closed[:, shift:] |= inked[:, :-shift]
    edges = np.diff(np.pad(closed, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    long = ends - starts >= shortest + BREAK
    return list(_numbers(rows[long].tolist(), starts[long].tolist(), ends[long].tolist()))


def _numbers(rows: list[int], starts: list[int], ends: list[int]) -> Iterator[tuple[int, int, int]]:
    for y, start, end in zip(rows, starts, ends, strict=True):
        yield y, start, end - 1 - BREAK
