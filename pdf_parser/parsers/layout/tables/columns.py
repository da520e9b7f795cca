"""Where columns part: stretches of x that (nearly) no line of the table writes over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.tables.text import cut_line, is_leader, is_numeric, is_typewritten, line_text
from pdf_parser.parsers.layout.tables.white import Gutter, Line, gutters_in, low_stretches

WIDE_GAP = 1.0  # em: between two columns of one line, as a first guess
CORE_GAP = 0.7  # em: the same where it only counts how many pieces a line has
NARROW = 0.25  # em: less white is a word space, whatever lines up
SPACES = 1.7  # word spaces: a gutter wider than this needs no further proof (typewriters' spaces are 0.6 em)
FULL = 0.7  # of the lines: columns filled so well may stand close
MARKS = frozenset("$€£¥%*†‡§()[]-–—•·|")


def find_gutters(lines: Sequence[Line]) -> list[Gutter]:
    """From left to right. Lines with far fewer pieces than most (titles, spanning heads) have no say."""
    lines = [[it for it in line if not is_leader(it[1].text)] for line in lines]
    core = _core_lines([line for line in lines if line])
    if len(core) < 2:
        return []
    em = median(w.size for line in core for _, w in line)
    allowed = 0 if len(core) < 10 else 1 if len(core) < 25 else 2
    gutters: list[Gutter] = []
    for low in low_stretches(core, allowed):
        gutters += gutters_in(low, NARROW * em)
    gutters = _without_narrow(gutters, core, _sure_gap(core, em))
    gutters = _without_strays(gutters, lines)
    return _without_marks(gutters, core)


def _core_lines(lines: Sequence[Line]) -> list[Line]:
    pieces = [len(cut_line(line, CORE_GAP)) for line in lines]
    many = sorted(n for n in pieces if n > 1)
    if not many:
        return []
    typical = many[int(len(many) * 0.7)]
    return [line for line, n in zip(lines, pieces, strict=True) if n > 1 and n >= 0.5 * typical]


def _sure_gap(lines: Sequence[Line], em: float) -> float:
    """Points. By chance the word spaces of few lines fall together, those of many do not."""
    spaces = [b[1].x0 - a[1].x1 for line in lines for a, b in pairwise(line)]
    narrow = [s for s in spaces if 0.1 * em < s < 0.45 * em]
    space = median(narrow) if len(narrow) > 2 else 0.28 * em
    if 2 * sum(map(is_typewritten, lines)) > len(lines):
        space = 0.6 * em
    by_count = 0.5 if len(lines) >= 6 else 0.7 if len(lines) >= 4 else 1.0
    return max(by_count * em, SPACES * space)


def _without_narrow(gutters: list[Gutter], lines: Sequence[Line], sure: float) -> list[Gutter]:
    """A narrow gutter stays between two columns that are filled in most of many lines."""
    kept = list(gutters)
    for gutter in sorted((g for g in gutters if g.x1 - g.x0 < sure), key=lambda g: g.x1 - g.x0):
        i = kept.index(gutter)
        beside = [_filled(kept, col, lines) for col in (i, i + 1)]
        figures = _figures(kept, i, lines) and _figures(kept, i + 1, lines)
        close = figures and len(lines) >= 5 and min(map(len, beside)) >= FULL * len(lines)
        wide = min(map(len, beside)) >= 0.5 * len(lines) and _is_wide_in_most(gutter, lines, 2 * sure)
        if not close and not wide:
            kept.remove(gutter)
    return kept


def _is_wide_in_most(gutter: Gutter, lines: Sequence[Line], width: float) -> bool:
    """Only the words of a few lines (a long head) make it narrow."""
    gaps = []
    for line in lines:
        left = [w.x1 for _, w in line if w.x1 <= gutter.at]
        right = [w.x0 for _, w in line if w.x0 >= gutter.at]
        if left and right:
            gaps.append(min(right) - max(left))
    return len(gaps) > 3 and sorted(gaps)[len(gaps) // 4] >= width


def _without_strays(gutters: list[Gutter], lines: Sequence[Line]) -> list[Gutter]:
    """A head set beside its figures, not over them, is no column of its own: the two never share a line."""
    kept = list(gutters)
    i = 0
    while i < len(kept):
        left, right = _filled(kept, i, lines), _filled(kept, i + 1, lines)
        few = min(len(left), len(right)) <= max(1, 0.15 * len(lines))
        if few and not left & right and len(kept) > 1:
            kept.pop(i)
            i = max(0, i - 1)
        else:
            i += 1
    return kept


def _without_marks(gutters: list[Gutter], lines: Sequence[Line]) -> list[Gutter]:
    """A column of nothing but currency signs, percent signs or note marks belongs to its neighbour."""
    kept = list(gutters)
    i = 0
    while i <= len(kept):
        texts = list(_texts(kept, i, lines).values())
        if texts and len(kept) > 1 and all(set(t) <= MARKS for t in texts) and not all(t in "-–—" for t in texts):
            right = i < len(kept) and any(t in "$€£¥(" for t in texts)
            kept.pop(i if right or i == 0 else i - 1)
        else:
            i += 1
    return kept


def _figures(gutters: Sequence[Gutter], col: int, lines: Sequence[Line]) -> bool:
    texts = _texts(gutters, col, lines).values()
    return sum(map(is_numeric, texts)) >= 0.6 * len(texts)


def _filled(gutters: Sequence[Gutter], col: int, lines: Sequence[Line]) -> set[int]:
    cuts = [g.at for g in gutters]
    return {n for n, line in enumerate(lines) if any(_column(w, cuts) == col for _, w in line)}


def _texts(gutters: Sequence[Gutter], col: int, lines: Sequence[Line]) -> dict[int, str]:
    cuts = [g.at for g in gutters]
    found = {n: line_text([it for it in line if _column(it[1], cuts) == col]) for n, line in enumerate(lines)}
    return {n: text for n, text in found.items() if text}


def _column(word: Word, cuts: Sequence[float]) -> int:
    return bisect_right(cuts, (word.x0 + word.x1) / 2)
