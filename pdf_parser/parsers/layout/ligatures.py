"""Ligatures whose font names only their last letter ("deinition", "afect"): their width tells which they are.

Old exports of layout programs have such fonts; the letter is then as wide as both letters of the ligature together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

FIRST_LETTERS = {"i": "f", "l": "f", "f": "f", "h": "T"}  # by the last one
MEASURED = frozenset("filhT")
STEP = 0.01  # em: widths of one glyph differ by less
TOLERANCE = 0.1  # em: set as one, two letters take a little less; the thinnest letter takes twice as much
LEAST_SEEN = 3  # of a letter by itself, for its width to be known


class Measured(NamedTuple):
    """A character of a page, `at` its index: `width` in font sizes, `font` whatever tells fonts apart."""

    at: int
    char: str
    font: object
    width: float


def lost_letters(chars: Iterable[Measured]) -> dict[int, str]:
    """By place of a character: the letter that its ligature has before it."""
    by_font: dict[object, list[Measured]] = defaultdict(list)
    for each in chars:
        by_font[each.font].append(each)
    return {index: lost for same in by_font.values() for index, lost in _of_font(same)}


def _of_font(chars: list[Measured]) -> Iterator[tuple[int, str]]:
    usual = _usual_widths(chars)
    for at, char, _, width in chars:
        first = FIRST_LETTERS.get(char, "")
        if char in usual and first in usual and abs(usual[first] + usual[char] - width) <= TOLERANCE:
            yield at, first


def _usual_widths(chars: list[Measured]) -> dict[str, float]:
    """Most of a letter's occurrences are the letter alone."""
    seen: dict[str, Counter[float]] = defaultdict(Counter)
    for each in chars:
        seen[each.char][round(each.width / STEP) * STEP] += 1
    most = {char: widths.most_common(1)[0] for char, widths in seen.items()}
    return {char: width for char, (width, times) in most.items() if times >= LEAST_SEEN}
