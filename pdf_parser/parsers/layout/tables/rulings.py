"""Rules as they are drawn, in pieces and twice over, become the few long rulings that are seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.content import Region, Rule

SNAP = 2.0  # points: strokes nearer than this on the same axis are one (double rules, borders drawn by both cells)
JOIN = 3.0  # points: a gap smaller than this along the axis is bridged (dashes, cell borders)
MAX_RULINGS = 700  # of each direction: the longest are kept; a page of 500,000 rules is no table
MAX_BOXES = 1_500


@dataclass(frozen=True, slots=True)
class Ruling:
    """On its axis at `at` (y of a horizontal one, x of a vertical one), from `start` to `end` along it."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def covers(self, start: float, end: float, share: float = 0.6) -> bool:
        return min(self.end, end) - max(self.start, start) >= share * (end - start)


@dataclass(frozen=True, slots=True)
class Rulings:
    horizontal: tuple[Ruling, ...]
    vertical: tuple[Ruling, ...]

    def within(self, x0: float, y0: float, x1: float, y1: float) -> Rulings:
        """Those that run through the box."""
        return Rulings(
            tuple(r for r in self.horizontal if y0 <= r.at <= y1 and min(r.end, x1) - max(r.start, x0) > SNAP),
            tuple(r for r in self.vertical if x0 <= r.at <= x1 and min(r.end, y1) - max(r.start, y0) > SNAP),
        )


def merge_rules(rules: Iterable[Rule]) -> Rulings:
    horizontal, vertical = [], []
    for rule in rules:
        if rule.is_horizontal:
            horizontal.append(Ruling((rule.y0 + rule.y1) / 2, rule.x0, rule.x1))
        else:
            vertical.append(Ruling((rule.x0 + rule.x1) / 2, rule.y0, rule.y1))
    return Rulings(_merged(horizontal), _merged(vertical))


def box_edges(boxes: Sequence[Region], page_width: float, page_height: float) -> list[Rule]:
    """The borders of shaded boxes: rows and heads are often set off by paint alone."""
    seen = [b for b in boxes if b.x1 - b.x0 < page_width * 0.95 or b.y1 - b.y0 < page_height * 0.5]
    edges = []
    for b in _visible(seen[:MAX_BOXES]):
        edges += [Rule(b.x0, b.y0, b.x1, b.y0), Rule(b.x0, b.y1, b.x1, b.y1)]
        edges += [Rule(b.x0, b.y0, b.x0, b.y1), Rule(b.x1, b.y0, b.x1, b.y1)]
    return edges


def _visible(boxes: Sequence[Region]) -> list[Region]:
    """Without those that lie on a box of the same grey: paint behind a paragraph inside a painted cell."""
    large = sorted(boxes, key=lambda b: (b.x0 - b.x1) * (b.y1 - b.y0))
    kept: list[Region] = []
    for box in large:
        if not any(_on(box, below) for below in kept):
            kept.append(box)
    return kept


def _on(box: Region, below: Region) -> bool:
    inside = below.x0 - 1 <= box.x0 and box.x1 <= below.x1 + 1 and below.y0 - 1 <= box.y0 and box.y1 <= below.y1 + 1
    return inside and below.grey is not None and box.grey is not None and abs(below.grey - box.grey) < 0.02


def _merged(pieces: list[Ruling]) -> tuple[Ruling, ...]:
    """Pieces on one axis are joined; sorted by axis, then by start."""
    merged: list[Ruling] = []
    for group in _on_one_axis(sorted(pieces, key=lambda r: r.at)):
        at = sum(r.at * (r.length + 0.1) for r in group) / sum(r.length + 0.1 for r in group)
        merged += _joined(at, sorted(group, key=lambda r: r.start))
    if len(merged) > MAX_RULINGS:
        merged = sorted(sorted(merged, key=lambda r: -r.length)[:MAX_RULINGS], key=lambda r: (r.at, r.start))
    return tuple(merged)


def _on_one_axis(pieces: list[Ruling]) -> Iterable[list[Ruling]]:
    group: list[Ruling] = []
    for piece in pieces:
        if group and piece.at - group[0].at > SNAP:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _joined(at: float, pieces: list[Ruling]) -> list[Ruling]:
    found: list[Ruling] = []
    for piece in pieces:
        if found and piece.start <= found[-1].end + JOIN:
            found[-1] = Ruling(at, found[-1].start, max(found[-1].end, piece.end))
        else:
            found.append(Ruling(at, piece.start, piece.end))
    return found
