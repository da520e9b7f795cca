"""The lines of a block become one text, and each word keeps its place in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.parsers.layout.content import Line, Word

HYPHENS = ("-", "\u2010", "\u00ad")
# "pre- and post-war": the hyphen stands for the rest of a word, nothing was broken.
_CONJUNCTIONS = frozenset("and or to und oder bis noch et ou y e o en of och".split())

Span = tuple[Word, int, int]


def join_words(lines: Sequence[Line]) -> tuple[str, list[Span]]:
    """The text, and for each word where it stands: start and end offset."""
    text = ""
    spans: list[Span] = []
    for word, begins_line in _words(lines):
        if begins_line and spans:
            text, glue = _line_end(text, word.text)
            spans[-1] = (spans[-1][0], spans[-1][1], len(text))
        else:
            glue = " " if spans and word.space_before else ""
        text += glue
        spans.append((word, len(text), len(text) + len(word.text)))
        text += word.text
    return text.removesuffix("\u00ad"), spans


def _words(lines: Sequence[Line]) -> Iterator[tuple[Word, bool]]:
    for line in lines:
        for i, word in enumerate(line.words):
            yield word, i == 0


def _line_end(text: str, following: str) -> tuple[str, str]:
    """What is left of the text before a line break, and what goes between it and the next line."""
    if not text.endswith(HYPHENS):
        return text, "" if (text.endswith("/") and text[-2:-1].isalnum()) or _needs_no_space(text, following) else " "
    if text.endswith("\u00ad"):
        return text[:-1], ""
    stem = text[:-1].rpartition(" ")[2]
    if not stem[-1:].isalnum() or not following[:1].isalnum():
        return text, " "
    if following.strip(".,;:)").lower() in _CONJUNCTIONS:
        return text, " "
    if is_broken_word(stem, following):
        return text[:-1], ""
    return text, ""


def is_broken_word(stem: str, following: str) -> bool:
    """Whether the hyphen between the two only marks the line's end. A compound ("state-of-the-art") keeps it."""
    is_word = stem[-1:].isalpha() and not any(c in HYPHENS or c.isdigit() for c in stem)
    return is_word and following[:1].islower()


def _needs_no_space(text: str, following: str) -> bool:
    """Between two characters of a script that is written without spaces."""
    return _is_spaceless(text[-1:]) and _is_spaceless(following[:1])


def _is_spaceless(char: str) -> bool:
    return ("\u2e80" <= char <= "\ud7af" and not "\uac00" <= char <= "\ud7af") or "\uf900" <= char <= "\uffef"
