"""Words to lines as the eye sees them, lines to segments, segments to the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.tables.found import Item

SAME_LINE = 0.42  # in heights: centres nearer than this stand on one line; a raised figure stays with its line
_LEADER = re.compile(r"^[.·…‥]{4,}$|^…{2,}$")
_DASHES = re.compile(r"^[-_=–—─━]{8,}$")
TYPEWRITER_GAP = 0.75  # em: more than one space of a typewriter
_NUMBER = re.compile(
    r"^[(\[<>≤≥~±+\-–−]*[$€£¥]?[(]?[\d.,\s:/–−\-+*%°]*\d[\d.,]*\s*[%)\]*†‡a-z⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}$|^[-–—−.:*]{1,3}$|^n/?a\.?$",
    re.I,
)


@dataclass(slots=True)
class Segment:
    """Words of one line without a wide gap between them."""

    items: list[Item]
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def text(self) -> str:
        return line_text(self.items)

    @property
    def size(self) -> float:
        return max(w.size for _, w in self.items)


def segment(items: list[Item]) -> Segment:
    return Segment(
        items,
        min(w.x0 for _, w in items),
        min(w.y0 for _, w in items),
        max(w.x1 for _, w in items),
        max(w.y1 for _, w in items),
    )


def visual_lines(items: Iterable[Item]) -> list[list[Item]]:
    """Top to bottom, each from left to right; every word is in exactly one line."""
    lines: list[list[Item]] = []
    centre = height = 0.0
    for item in sorted(items, key=lambda it: it[1].y0 + it[1].y1):
        word = item[1]
        middle = (word.y0 + word.y1) / 2
        if lines and middle - centre <= SAME_LINE * max(height, word.height):
            lines[-1].append(item)
            if word.height > height:
                centre, height = middle, word.height
        else:
            lines.append([item])
            centre, height = middle, word.height
    for line in lines:
        line.sort(key=lambda it: it[1].x0)
    return lines


def cut_line(line: Sequence[Item], gap_em: float, cuts: Sequence[float] = ()) -> list[Segment]:
    """Segments of a line; cut at gaps wider than `gap_em` font sizes and at the given x (vertical rules)."""
    parts: list[list[Item]] = []
    edge = 0.0
    gap_em = max(gap_em, TYPEWRITER_GAP) if is_typewritten(line) else gap_em
    for item in line:
        word = item[1]
        wide = bool(parts) and word.x0 - edge > gap_em * max(word.size, parts[-1][-1][1].size)
        ruled = bool(parts) and any(edge - 1 <= x <= word.x0 + 1 for x in cuts)
        if not parts or wide or ruled:
            parts.append([item])
            edge = word.x1
        else:
            parts[-1].append(item)
            edge = max(edge, word.x1)
    return [segment(part) for part in parts]


def is_typewritten(line: Sequence[Item]) -> bool:
    """Every character takes 0.6 em, a space too."""
    words = [w for _, w in line if len(w.text) > 1]
    return bool(words) and all(abs((w.x1 - w.x0) / len(w.text) - 0.6 * w.size) < 0.04 * w.size for w in words)


def line_text(items: Sequence[Item]) -> str:
    """Words from left to right; no space where the text layer had none between neighbours."""
    text = ""
    last = -2
    for index, word in items:
        glued = index == last + 1 and not word.space_before
        text += word.text if glued or not text else f" {word.text}"
        last = index
    return text


def cell_text(items: Sequence[Item]) -> tuple[str, tuple[int, ...]]:
    """Text of a cell, its lines joined by a space, and the words in that order. Leader dots are white to the eye and
    are left out of the text; the table's block has them."""
    turned = [it for it in items if it[1].angle % 180]
    lines = visual_lines([it for it in items if not it[1].angle % 180])
    if turned:
        lines += [sorted(turned)]
    texts = [line_text([it for it in line if not is_leader(it[1].text)]) for line in lines]
    return " ".join(text for text in texts if text), tuple(i for line in lines for i, _ in line)


def is_numeric(text: str) -> bool:
    """A number with its signs and units, or a mark that stands for a missing one."""
    return bool(_NUMBER.match(text.strip()))


def is_leader(text: str) -> bool:
    """Dots that lead the eye over white."""
    return bool(_LEADER.match(text))


def is_dashes(text: str) -> bool:
    """A rule made with a typewriter."""
    return bool(_DASHES.match(text))
