"""Where columns part: stretches of x that (nearly) no line of the table writes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.text import cut_line

WIDE_GAP = 1.0  # em: between two columns of one line, as a first guess
MARKS = frozenset("$€£¥%*†‡§()[]-–—•·|")


@dataclass(frozen=True, slots=True)
class Gutter:
    """White from x0 to x1 in the body of the table; the columns part at `at`."""

    x0: float
    x1: float

    @property
    def at(self) -> float:
        return (self.x0 + self.x1) / 2


def find_gutters(lines: Sequence[Sequence[Item]]) -> list[Gutter]:
    """From left to right. Lines with far fewer pieces than most (titles, spanning heads) have no say."""
    core = _core_lines(lines)
    if len(core) < 2:
        return []
    em = sorted(w.size for line in core for _, w in line)[sum(map(len, core)) // 2]
    allowed = 0 if len(core) < 10 else 1 if len(core) < 25 else 2
    gutters: list[Gutter] = []
    for low in _low_stretches(core, allowed):
        gutters += _gutters_in(low, _min_gap(len(core)) * em)
    return _without_marks(gutters, core, em)


def _core_lines(lines: Sequence[Sequence[Item]]) -> list[Sequence[Item]]:
    pieces = [len(cut_line(line, WIDE_GAP)) for line in lines]
    many = sorted(n for n in pieces if n > 1)
    if not many:
        return []
    typical = many[int(len(many) * 0.7)]
    return [line for line, n in zip(lines, pieces, strict=True) if n > 1 and n >= 0.5 * typical]


def _min_gap(n_lines: int) -> float:
    """Em. By chance the word spaces of few lines fall together, those of many do not."""
    return 0.5 if n_lines >= 6 else 0.7 if n_lines >= 4 else 1.0


Stretch = list[tuple[float, float, int]]  # neighbouring (x0, x1, lines that write there)


def _low_stretches(lines: Sequence[Sequence[Item]], allowed: int) -> list[Stretch]:
    """Maximal runs of x between the first and the last word where at most `allowed` lines write."""
    events: list[tuple[float, int]] = []
    for line in lines:
        for x0, x1 in _inked(line):
            events += [(x0, 1), (x1, -1)]
    events.sort()
    runs: list[Stretch] = []
    run: Stretch = []
    depth = 0
    for (x, step), (following, _) in zip(events, [*events[1:], (events[-1][0], 0)], strict=True):
        depth += step
        if depth > allowed:
            if run:
                runs.append(run)
            run = []
        elif following > x:
            run.append((x, following, depth))
    return [r for r in runs if r[0][0] > events[0][0]]


def _inked(line: Sequence[Item]) -> list[tuple[float, float]]:
    """Stretches of x that the words of a line cover, word spaces not closed."""
    spans: list[tuple[float, float]] = []
    for _, word in line:
        if spans and word.x0 <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.x1))
        else:
            spans.append((word.x0, word.x1))
    return spans


def _gutters_in(run: Stretch, min_gap: float) -> list[Gutter]:
    """The white parts of a stretch; where every part is written over by some line, its widest emptiest part."""
    white = [Gutter(a, b) for a, b, depth in run if depth == 0 and b - a >= min_gap]
    if white:
        return white
    best = max(run, key=lambda part: (-part[2], part[1] - part[0]))
    return [Gutter(best[0], best[1])] if best[1] - best[0] >= min_gap else []


def _without_marks(gutters: list[Gutter], lines: Sequence[Sequence[Item]], em: float) -> list[Gutter]:
    """A column of nothing but currency signs, percent signs or note marks belongs to its neighbour."""
    kept = list(gutters)
    i = 0
    while i <= len(kept):
        texts = _column_texts(kept, i, lines)
        if texts and all(set(t) <= MARKS for t in texts) and len(kept) > 1 and not all(t in "-–—" for t in texts):
            right = i < len(kept) and any(t in "$€£¥(" for t in texts)
            kept.pop(i if right or i == 0 else i - 1)
        else:
            i += 1
    return kept


def _column_texts(gutters: Sequence[Gutter], col: int, lines: Sequence[Sequence[Item]]) -> list[str]:
    x0 = gutters[col - 1].at if col else float("-inf")
    x1 = gutters[col].at if col < len(gutters) else float("inf")
    found = []
    for line in lines:
        text = "".join(w.text for _, w in line if x0 <= (w.x0 + w.x1) / 2 < x1)
        if text:
            found.append(text)
    return found
