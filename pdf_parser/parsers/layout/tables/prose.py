"""Running text, told from cells: long lines, one close below the other. It is never part of a table without rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.text import Segment, cut_line, visual_lines

WORD_SPACE = 1.0  # em: justified lines have wide word spaces
LEADING = 1.2  # em of white at most between two lines of one paragraph
FEW_LINES, LONG_LINE = 3, 6.5  # lines and words a line: running text at once
MANY_LINES, SHORT_LINE, TIGHT = 7, 4.0, 0.6  # running text in narrow columns is set close (em of white)


def split_prose(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """(running text, everything else), both in the order of `items`."""
    prose = {i for chain in prose_chains(items) for s in chain for i, _ in s.items}
    return [it for it in items if it[0] in prose], [it for it in items if it[0] not in prose]


def prose_chains(items: Sequence[Item]) -> list[list[Segment]]:
    """Paragraphs, each as its lines from top to bottom."""
    return [chain for chain in _chains(items) if _is_prose(chain)]


def _is_prose(chain: Sequence[Segment]) -> bool:
    if len(chain) < FEW_LINES:
        return False
    words = sum(len(s.items) for s in chain) / len(chain)
    right = max(s.x1 for s in chain)
    full = sum(s.x1 - s.x0 >= 0.8 * (right - s.x0) for s in chain) >= 0.5 * len(chain)
    white = median(b.y0 - a.y1 for a, b in pairwise(chain)) / chain[0].size
    return full and (words >= LONG_LINE or (len(chain) >= MANY_LINES and words >= SHORT_LINE and white <= TIGHT))


def _chains(items: Sequence[Item]) -> list[list[Segment]]:
    """Segments that follow each other downwards at one left edge, in one size."""
    chains: list[list[Segment]] = []
    open_chains: list[list[Segment]] = []
    for line in visual_lines(it for it in items if not it[1].angle % 180):
        for piece in cut_line(line, WORD_SPACE):
            home = next((c for c in reversed(open_chains) if _follows(c[-1], piece)), None)
            if home is None:
                home = []
                chains.append(home)
                open_chains.append(home)
            home.append(piece)
        top = min(w.y0 for _, w in line)
        open_chains = [c for c in open_chains if top - c[-1].y1 < 3 * c[-1].size]
    return chains


def _follows(above: Segment, below: Segment) -> bool:
    em = max(above.size, below.size)
    if abs(above.size - below.size) > 0.15 * em or not -0.6 * em <= below.y0 - above.y1 <= LEADING * em:
        return False
    return abs(above.x0 - below.x0) <= 3 * em and min(above.x1, below.x1) > max(above.x0, below.x0)
