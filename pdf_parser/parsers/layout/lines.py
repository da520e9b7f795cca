"""Words to lines: consecutive words that stand on one baseline and go on to the right."""

from __future__ import annotations

from collections.abc import Iterable

from pdf_parser.parsers.layout.content import Line, Word

COLUMN_GAP = 2.5  # in font sizes: a wider gap is a gutter or a table, not a word space
SAME_LINE_OVERLAP = 0.5


def group_lines(words: Iterable[Word]) -> list[Line]:
    """Lines in the order of their first word; every word is in exactly one line."""
    lines: list[Line] = []
    for word in words:
        if lines and _continues(lines[-1].words[-1], word):
            lines[-1].words.append(word)
        else:
            lines.append(Line([word]))
    return lines


def _continues(last: Word, word: Word) -> bool:
    if last.angle != word.angle:
        return False
    overlap = min(last.y1, word.y1) - max(last.y0, word.y0)
    if overlap < SAME_LINE_OVERLAP * min(last.height, word.height):
        return False
    gap = word.x0 - last.x1
    size = max(last.size, word.size)
    return -0.5 * size <= gap <= COLUMN_GAP * size
