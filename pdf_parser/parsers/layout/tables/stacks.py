"""Rules that lie one above the other with the same ends: the frame of a table set in the manner of books."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.notes import is_caption
from pdf_parser.parsers.layout.tables.prose import split_prose
from pdf_parser.parsers.layout.tables.rulings import Ruling
from pdf_parser.parsers.layout.tables.text import line_text, visual_lines

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
    return all(b.start - a.end < 20 for a, b in zip(ordered, ordered[1:], strict=False))


def _same_ends(a: Ruling, b: Ruling) -> bool:
    return abs(a.start - b.start) <= SAME_END and abs(a.end - b.end) <= SAME_END


def cut_stack(stack: Sequence[Ruling], items: Sequence[Item]) -> list[list[Ruling]]:
    """The stack without bands that hold running text or a caption: what lies between two tables."""
    prose, rest = split_prose(items)
    walls = [(w.y0 + w.y1) / 2 for _, w in prose]
    for line in visual_lines(it for it in rest if not it[1].angle % 180):
        if is_caption(line_text(line)):
            walls.append((line[0][1].y0 + line[0][1].y1) / 2)
    parts = [[stack[0]]]
    for upper, lower in zip(stack, stack[1:], strict=False):
        if any(upper.at < y < lower.at for y in walls):
            parts.append([lower])
        else:
            parts[-1].append(lower)
    return [part for part in parts if len(part) > 1]


def stack_box(stack: Sequence[Ruling]) -> Box:
    return (min(r.start for r in stack) - 2, stack[0].at, max(r.end for r in stack) + 2, stack[-1].at)
