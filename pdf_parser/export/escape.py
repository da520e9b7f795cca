"""Keeps the text of a document text: no character of it may become Markdown, HTML or a link.

Follows CommonMark 0.31 and GFM, and escapes only where a reader of Markdown would see structure: `a_b`, `5 * 3`, `[1]`
and "Name*" stay as they are. Each rule finds its places in the unescaped text; then that is rewritten once.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator

_LINE_START = re.compile(
    r"^(?:#{1,6}(?=\s|$)|>|[-+*](?=\s|$)"  # heading, quote, bullet
    r"|(?P<number>\d{1,9})(?=[.)](?:\s|$))"
    r"|(?P<run>(?:[-*_]\s*){3,}$|`{3,}|~{3,}))"  # rule, code
)
_UNDER_LINE = re.compile(r"[:|\s]*[-=][-=:|\s]*$")  # makes the line before it a heading, or the header of a table
_BACKTICKS = re.compile(r"`+")
_DELIMITERS = re.compile(r"\*+|_+|~+")
_LINK = re.compile(r"\](?=\()")
_DEFINITION = re.compile(r"\n(?=\[[^\n]*\]:)")
_BACKSLASH = re.compile(rf"\\(?=[{re.escape(string.punctuation)}\n]|\Z)")
_MARKUP = re.compile(r"[*_~`\[\]]|!\Z")
_CLOSING_HASHES = re.compile(r"(?:^|(?<=\s))(?=#+$)")
_ENTITY = re.compile(r"&(?=#\w{1,8};|[A-Za-z]\w{1,31};)")
_TAG = re.compile(r"<(?=[A-Za-z/!?]|[^\s<>@]+@)")


def escape_block(text: str) -> str:
    """Of a paragraph or list item: tidy text, of which each line begins a line."""
    return _rewrite(text, [*_line_starts(text), *_inline(text), *_definitions(text)])


def escape_inline(text: str) -> str:
    """Of a table cell: text that stands inside a line."""
    return _rewrite(text, _inline(text))


def escape_heading(text: str) -> str:
    """Of one line after its `#` marks. Hashes at its end would be taken for closing marks."""
    return _CLOSING_HASHES.sub(r"\\", escape_inline(text))


def escape_part(text: str, begins_block: bool = False) -> str:
    """Of a line that a link or `<br>` parts from others: all marks, as any could find its partner there."""
    starts = _line_starts(text) if begins_block else ()
    return _rewrite(text, [*starts, *(m.start() for m in _MARKUP.finditer(text)), *_backslashes(text)])


def escape_address(uri: str) -> str:
    """Of a safe address inside the round brackets of a link, where entities are still read."""
    return _ENTITY.sub("&amp;", uri)


def _rewrite(text: str, places: Iterable[int]) -> str:
    """A backslash at each place. Tags and entities become entities: not every reader knows `\\<`."""
    parts, at = [], 0
    for place in sorted(set(places)):
        parts += [text[at:place], "\\"]
        at = place
    escaped = "".join((*parts, text[at:]))
    return _TAG.sub("&lt;", _ENTITY.sub("&amp;", escaped))


def _line_starts(text: str) -> Iterator[int]:
    start = 0
    for line in text.split("\n"):
        if found := _LINE_START.match(line):
            if found["run"]:  # whole: half a run can do what the whole cannot
                yield from range(start, start + len(line) - len(line.lstrip(line[0])))
            else:
                yield start + (found.end() if found["number"] else 0)
        elif start and _UNDER_LINE.match(line):
            yield start
        start += len(line) + 1


def _inline(text: str) -> Iterator[int]:
    yield from _backslashes(text)
    yield from _code(text)
    yield from _emphasis(text)
    yield from (m.start() for m in _LINK.finditer(text))


def _backslashes(text: str) -> Iterator[int]:
    """Before punctuation a backslash would escape, at the end of a line break it."""
    return (m.start() for m in _BACKSLASH.finditer(text))


def _code(text: str) -> Iterator[int]:
    """A lone run of backticks is text. Of several all are escaped: an escaped one still ends the code of a bare one."""
    runs = list(_BACKTICKS.finditer(text))
    if len(runs) > 1:
        for run in runs:
            yield from range(run.start(), run.end())


def _emphasis(text: str) -> Iterator[int]:
    """Runs of `*`, `_`, `~` that can open before one that can close, or the other way round."""
    runs = [(m, *_flanks(text, m)) for m in _DELIMITERS.finditer(text)]
    for char in "*_~":
        mine = [(m.start(), m.end(), opens, closes) for m, opens, closes in runs if m.group()[0] == char]
        first_open = min((start for start, _, opens, _ in mine if opens), default=len(text))
        last_close = max((start for start, _, _, closes in mine if closes), default=-1)
        for start, end, opens, closes in mine:
            if (opens and start < last_close) or (closes and start > first_open):
                yield from range(start, end)


def _flanks(text: str, run: re.Match[str]) -> tuple[bool, bool]:
    """(can open, can close) by CommonMark §6.2. That symbols are punctuation is new in 0.31: either way counts."""
    before = text[run.start() - 1] if run.start() else " "
    after = text[run.end()] if run.end() < len(text) else " "
    if "~" in (before, after):
        return True, True  # GFM looks past it
    kinds = [_can(run.group()[0], before, after, symbols) for symbols in ("P", "PS")]
    return any(opens for opens, _ in kinds), any(closes for _, closes in kinds)


def _can(char: str, before: str, after: str, categories: str) -> tuple[bool, bool]:
    space_before, space_after = before.isspace(), after.isspace()
    mark_before, mark_after = _is_mark(before, categories), _is_mark(after, categories)
    left = not space_after and (not mark_after or space_before or mark_before)
    right = not space_before and (not mark_before or space_after or mark_after)
    if char == "_":
        return left and (not right or mark_before), right and (not left or mark_after)
    return left, right


def _is_mark(char: str, categories: str) -> bool:
    return char in string.punctuation or unicodedata.category(char)[0] in categories


def _definitions(text: str) -> Iterator[int]:
    """`[name]: …` would define a link or footnote and vanish; at the beginning the name may go on in the next line."""
    if text.startswith("[") and "]:" in text:
        yield 0
    yield from (m.end() for m in _DEFINITION.finditer(text))
