"""Words to lines: first what follows itself in the stream on one baseline, then what was written in another order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from pdf_parser.parsers.layout.content import Line, Word
from pdf_parser.parsers.layout.dropcaps import attach_drop_caps, is_drop_cap
from pdf_parser.parsers.layout.gutters import split_at_gutters

COLUMN_GAP = 2.5  # in font sizes: a wider gap is a gutter or a table, not a word space
LEADER_GAP = 60.0  # in font sizes: so far away may the page number of a contents line stand
CROWDED_ROW = 400  # runs; where more stand at one height nothing is put together, so that no page takes minutes
WORD_GAP = 0.6  # in font sizes: words that the stream tears apart belong together only when they stand this near
SAME_LINE_OVERLAP = 0.5


def group_lines(words: Iterable[Word]) -> list[Line]:
    """Lines in the order of their first word; every word is in exactly one line."""
    runs = _join_scattered(_runs(words))
    lines = [Line(run) for run in runs]
    return attach_drop_caps(split_at_gutters(lines))


def _runs(words: Iterable[Word]) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in words:
        if runs and _continues(runs[-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _continues(run: Sequence[Word], word: Word) -> bool:
    last = run[-1]
    if not _level(last, word) or (len(run) == 1 and is_drop_cap(last, word.size)):
        return False
    gap = word.x0 - last.x1
    size = max(last.size, word.size)
    if -0.5 * size <= gap <= COLUMN_GAP * size:
        return True
    return 0 < gap <= LEADER_GAP * size and _is_page_number(word) and not _is_page_number(run[0])


def _is_page_number(word: Word) -> bool:
    """As at the right edge of a table of contents."""
    text = word.text.lstrip(".…")
    return len(text) <= 5 and (text.isdecimal() or set(text) <= set("ivxlc"))


def _level(a: Word, b: Word) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap >= SAME_LINE_OVERLAP * min(a.height, b.height)


def _join_scattered(runs: list[list[Word]]) -> list[list[Word]]:
    """Joins runs that stand side by side on one baseline with no more than a word space between them."""
    by_row: dict[int, list[int]] = defaultdict(list)
    for i, run in enumerate(runs):
        by_row[_row(run[0].y1)].append(i)
    follower: dict[int, int] = {}
    taken: set[int] = set()
    for i in range(len(runs)):
        found = _next_run(runs, i, by_row)
        if found is not None and found not in taken and not _leads_back(follower, found, i):
            follower[i] = found
            taken.add(found)
    return [_chain(runs, follower, i) for i in range(len(runs)) if i not in taken]


def _row(y: float) -> int:
    return int(y // 4)


def _next_run(runs: Sequence[Sequence[Word]], index: int, by_row: dict[int, list[int]]) -> int | None:
    """The nearest run that goes on to the right of this one."""
    last = runs[index][-1]
    row = _row(last.y1)
    rows = [by_row[r] for r in (row - 1, row, row + 1) if r in by_row]
    best, nearest = None, WORD_GAP * last.size
    for other in chain.from_iterable(rows if sum(map(len, rows)) <= CROWDED_ROW else ()):
        first = runs[other][0]
        gap = first.x0 - last.x1
        if other != index and -0.05 * last.size <= gap <= nearest and _same_baseline(last, first):
            best, nearest = other, gap
    return best


def _same_baseline(a: Word, b: Word) -> bool:
    size = min(a.size, b.size)
    return max(a.size, b.size) <= 1.3 * size and abs(a.y1 - b.y1) <= 0.25 * size and _level(a, b)


def _leads_back(follower: dict[int, int], start: int, target: int) -> bool:
    at: int | None = start
    while at is not None:
        if at == target:
            return True
        at = follower.get(at)
    return False


def _chain(runs: Sequence[list[Word]], follower: dict[int, int], start: int) -> list[Word]:
    words = list(runs[start])
    at = follower.get(start)
    while at is not None:
        first = runs[at][0]
        if first.x0 - words[-1].x1 > 0.15 * first.size:
            first.space_before = True
        words += runs[at]
        at = follower.get(at)
    return words
