"""Raised and lowered figures as Unicode writes them, so that no number changes: 10² is not 102, 2009³ not 20093."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pdf_parser.parsers.layout.content import Word

SMALLER = 0.85  # against the type beside it: office programs set scripts in .65, TeX in .7, browsers in .83
RAISED, LOWERED = 0.15, 0.08  # in sizes of that type: TeX raises by .36 and lowers by .15, office programs .33 and .14
NEAR = 0.3  # in sizes of that type: what stands further away is another word
_SIGNS = "0123456789+-\u2212=()"
_UP = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_DOWN = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_FIGURES = frozenset(_SIGNS + ",–*†‡§")  # the last part notes, and have no such form: ¹,²


def name_scripts(words: Sequence[Word]) -> list[Word]:
    """The same words in the same order; letters stay as they are ("5th"), but are parted from figures: 10^2a."""
    return [_written(word, *found) if found else word for word, found in zip(words, _found(words), strict=True)]


def _found(words: Sequence[Word]) -> Iterator[tuple[Word, float] | None]:
    """Of each word that is a script: the word that it is set at, and how far it is raised, in sizes of that."""
    base: Word | None = None
    for i, word in enumerate(words):
        if base is not None and not _touches(words[i - 1], word, base.size):
            base = None
        if base is not None and (shift := _shift(word, base)):
            yield base, shift
            continue
        after = words[i + 1] if base is None and i + 1 < len(words) else None
        base = word
        shift = _shift(word, after) if after is not None and _touches(word, after, after.size) else 0.0
        yield (after, shift) if after is not None and shift > 0 else None  # the mark at which a note begins


def _touches(word: Word, after: Word, size: float) -> bool:
    return not (after.space_before or word.angle or after.angle) and abs(after.x0 - word.x1) <= NEAR * size


def _shift(word: Word, base: Word) -> float:
    """Boxes of words end a fixed share of their size below the baseline; see `pdfium_text`."""
    if word.size > SMALLER * base.size:
        return 0.0
    raised = (_baseline(base) - _baseline(word)) / base.size
    return raised if RAISED <= raised < 1 or -0.5 < raised <= -LOWERED else 0.0


def _baseline(word: Word) -> float:
    return word.y1 - 0.25 * word.size


def _written(word: Word, base: Word, shift: float) -> Word:
    if _FIGURES.issuperset(word.text):
        return replace(word, text=word.text.translate(_UP if shift > 0 else _DOWN))
    if word.text[:1].isdecimal() and base.text[-1:].isdecimal():
        return replace(word, text=("^" if shift > 0 else "_") + word.text)
    return word
