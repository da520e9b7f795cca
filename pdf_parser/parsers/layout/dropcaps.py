"""A drop cap is put back in front of the line that it begins."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.content import Line, Word

MAX_CANDIDATES = 50  # so many single capitals on one page are labels
DROP_CAP_SIZE = 1.8  # against the size of the line that it begins


def attach_drop_caps(lines: Sequence[Line]) -> list[Line]:
    hosts: dict[int, int] = {}
    candidates = [i for i, line in enumerate(lines) if len(line.words) == 1 and _is_capital(line.words[0])]
    for i in candidates if len(candidates) <= MAX_CANDIDATES else ():
        host = _host(lines, i)
        if host is not None and host not in hosts:
            hosts[host] = i
    moved = set(hosts.values())
    out = []
    for i, line in enumerate(lines):
        if i in hosts:
            out.append(_with_drop_cap(lines[hosts[i]].words[0], line))
        elif i not in moved:
            out.append(line)
    return out


def is_drop_cap(word: Word, size: float) -> bool:
    """Whether a word can begin text of that size as a drop cap."""
    return _is_capital(word) and word.size >= DROP_CAP_SIZE * size


def _is_capital(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isalpha() and word.text.isupper()


def _host(lines: Sequence[Line], index: int) -> int | None:
    """The uppermost line at the right of the big letter, if a second one stands below it there."""
    cap = lines[index]
    beside = [
        i
        for i, line in enumerate(lines)
        if i != index
        and is_drop_cap(cap.words[0], line.size)
        and line.x0 - cap.x0 >= 0
        and -0.6 * line.size <= line.x0 - cap.x1 <= 1.2 * line.size
        and cap.y0 - line.size <= (line.y0 + line.y1) / 2 <= cap.y1
    ]
    return min(beside, key=lambda i: lines[i].y0) if len(beside) >= 2 else None


def _with_drop_cap(cap: Word, line: Line) -> Line:
    """The letter takes size and height of its line: it must not make the line look like a title."""
    first = line.words[0]
    first.space_before = _is_word(cap, first)
    cap.size, cap.y0, cap.y1 = first.size, first.y0, first.y1
    return Line([cap, *line.words])


def _is_word(cap: Word, first: Word) -> bool:
    """Whether the letter is a word of its own, as in "A long time ago"."""
    if cap.text in ("A", "I", "O") and first.x0 - cap.x1 > 0.3 * first.size:
        return True
    return not (first.text[:1].islower() or (len(first.text) > 1 and first.text.isupper()))
