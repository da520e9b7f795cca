"""Rules that lie one above the other with the same ends: the frame of a table set in the manner of books."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.notes import is_caption
from pdf_parser.parsers.layout.tables.prose import prose_chains
from pdf_parser.parsers.layout.tables.rulings import Ruling
from pdf_parser.parsers.layout.tables.text import Segment, line_text, visual_lines

MIN_WIDTH = 60.0  # points
SAME_END = 12.0  # points
Box = tuple[float, float, float, float]


def find_stacks(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Each from top to bottom, at least two rules; wide ones first."""
    lines = sorted(_side_by_side(rulings), key=lambda r: r.at)
    stacks: list[list[Ruling]] = []
    for line in lines:
        home = next((s for s in stacks if _same_ends(s[0], line)), None)
        if home is None:
            stacks.append([line])
        else:
            home.append(line)
    return sorted((s for s in stacks if len(s) > 1), key=lambda s: -s[0].length)


def _side_by_side(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Single rules, and rules at one height with gaps between them taken as one (a rule of its own for each column)."""
    heights: list[list[Ruling]] = []
    for ruling in sorted(rulings, key=lambda r: (r.at, r.start)):
        if heights and ruling.at - heights[-1][0].at <= 2.5:
            heights[-1].append(ruling)
        else:
            heights.append([ruling])
    found = []
    for group in heights:
        whole = Ruling(group[0].at, min(r.start for r in group), max(r.end for r in group))
        if len(group) > 1 and sum(r.length for r in group) >= 0.75 * whole.length and _near(group):
            found.append(whole)
        else:
            found += group
    return [r for r in found if r.length >= MIN_WIDTH]


def _near(group: Sequence[Ruling]) -> bool:
    ordered = sorted(group, key=lambda r: r.start)
    return all(b.start - a.end < 20 for a, b in pairwise(ordered))


def _same_ends(a: Ruling, b: Ruling) -> bool:
    return abs(a.start - b.start) <= SAME_END and abs(a.end - b.end) <= SAME_END


def cut_stack(stack: Sequence[Ruling], items: Sequence[Item]) -> list[list[Ruling]]:
    """The stack without bands that hold running text or a caption: what lies between two tables."""
    chains = prose_chains(items)
    prose = {i for chain in chains for s in chain for i, _ in s.items}
    rest = [it for it in items if it[0] not in prose]
    walls = [(s.y0 + s.y1) / 2 for chain in chains if not _has_neighbour(chain, rest) for s in chain]
    for line in visual_lines(it for it in rest if not it[1].angle % 180):
        if is_caption(line_text(line)):
            walls.append((line[0][1].y0 + line[0][1].y1) / 2)
    parts = [[stack[0]]]
    for upper, lower in pairwise(stack):
        if any(upper.at < y < lower.at for y in walls):
            parts.append([lower])
        else:
            parts[-1].append(lower)
    return [part for part in parts if len(part) > 1]


def _has_neighbour(chain: Sequence[Segment], rest: Sequence[Item]) -> bool:
    """Something else stands beside the paragraph: it may be a cell."""
    x0, x1 = min(s.x0 for s in chain), max(s.x1 for s in chain)
    y0, y1 = chain[0].y0, chain[-1].y1
    return any(y0 <= (w.y0 + w.y1) / 2 <= y1 and (w.x1 < x0 or w.x0 > x1) for _, w in rest)


def stack_box(stack: Sequence[Ruling]) -> Box:
    return (min(r.start for r in stack) - 2, stack[0].at, max(r.end for r in stack) + 2, stack[-1].at)
