"""A drop cap is put back in front of the line that it begins."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.parsers.layout.content import Line, Word

DROP_CAP_SIZE = 1.8  # against the size of the line that it begins


def attach_drop_caps(lines: Sequence[Line]) -> list[Line]:
    hosts: dict[int, int] = {}
    for i, line in enumerate(lines):
        if _may_be_drop_cap(line):
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


def _may_be_drop_cap(line: Line) -> bool:
    return len(line.words) == 1 and len(line.text) == 1 and line.text.isalpha() and line.text.isupper()


def _host(lines: Sequence[Line], index: int) -> int | None:
    """The uppermost line at the right of the big letter, if a second one stands below it there."""
    cap = lines[index]
    beside = [
        i
        for i, line in enumerate(lines)
        if i != index
        and cap.size >= DROP_CAP_SIZE * line.size
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
