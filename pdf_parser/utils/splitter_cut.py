"""Cutting what is longer than a chunk may be: between words where there are any, between characters where not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

CountTokens = Callable[[str], int]

_WORD = re.compile(r"\S+\s*")
_ZERO_WIDTH_JOINER = "\u200d"
_CLUSTER_CHARS = 32  # longer clusters exist only to annoy


def cut_text(text: str, size: int, unit: int, count: CountTokens) -> Iterator[str]:
    """Slices that make up `text` again: runs of whole words of about `unit` tokens.

    Only a word of more than `size` tokens is cut inside; its slices have at most `unit`.
    """
    start = total = 0
    for word in _WORD.finditer(text):
        tokens = count(" " + word.group().rstrip())
        if total and total + tokens > unit:
            yield from _within(text[start : word.start()], size, unit, count)
            start, total = word.start(), 0
        total += tokens
    yield from _within(text[start:], size, unit, count)


def words_that_fit(text: str, room: int, count: CountTokens) -> int:
    """Length of the start of `text` that ends after a whole word and has at most `room` tokens; 0 when none has."""
    used = length = 0
    for word in _WORD.finditer(text):
        used += count(" " + word.group().rstrip())
        if used > room:
            break
        length = word.end()
    return length if count(text[:length].rstrip()) <= room else 0


def spaced(slices: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(separator, text): slices without the white space after them, which becomes a space or a line break."""
    space = ""
    for text in slices:
        body = text.rstrip()
        if body:
            yield ("\n" if "\n" in space else " " if space else ""), body
            space = ""
        space += text[len(body) :]


def _within(text: str, size: int, unit: int, count: CountTokens) -> Iterator[str]:
    if text and count(text.rstrip()) <= size:
        yield text
        return
    while text:
        length = _prefix_length(text, size, unit, count)
        yield text[:length]
        text = text[length:]


def _prefix_length(text: str, size: int, unit: int, count: CountTokens) -> int:
    """Of the longest start with at most `unit` tokens, found without counting the whole text; 1 at least."""
    reach = unit
    while reach < len(text) and count(text[:reach]) <= unit:
        reach *= 2
    low, high = 1, min(reach, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[:middle]) <= unit else (low, middle - 1)
    border = _cluster_border(text, low)
    return border if count(text[:border]) <= size else low


def _cluster_border(text: str, length: int) -> int:
    """A little less than `length`, or else more, where it would tear an accent from its letter or an emoji apart."""
    less = range(length, max(length - _CLUSTER_CHARS, 0), -1)
    more = range(length + 1, min(length + _CLUSTER_CHARS, len(text) + 1))
    for end in chain(less, more):
        if end == len(text) or not _joins(text[end - 1], text[end]):
            return end
    return length


def _joins(before: str, after: str) -> bool:
    marks = unicodedata.category(after).startswith("M") or "\U0001f3fb" <= after <= "\U0001f3ff"
    return marks or _ZERO_WIDTH_JOINER in (before, after)
