from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.content import Line
from pdf_parser.parsers.layout.joining import join_words
from tests.typeset import words


def joined(*texts: str) -> str:
    return join_words([Line(words(text, 50, 100 + 12 * i)) for i, text in enumerate(texts)])[0]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("a docu-", "ment"), "a document"),
        (("a docu\u00ad", "ment"), "a document"),
        (("state-of-the-", "art parsers"), "state-of-the-art parsers"),
        (("a Polish-", "German book"), "a Polish-German book"),
        (("in 1914-", "1918 there"), "in 1914-1918 there"),
        (("pre-", "and post-war"), "pre- and post-war"),
        (("Vor-", "und Nachname"), "Vor- und Nachname"),
        (("yes -", "or no"), "yes - or no"),
        (("and/", "or"), "and/or"),
        (("one", "two"), "one two"),
        (("中文", "字符"), "中文字符"),
        (("한국", "말"), "한국 말"),
    ],
)
def test_line_ends_are_made_whole(lines, text):
    assert joined(*lines) == text


@given(st.lists(st.lists(st.from_regex(r"[A-Za-z0-9,.\-]{1,8}", fullmatch=True), min_size=1, max_size=5), min_size=1))
def test_joining_loses_nothing_but_hyphens_at_line_ends(lines):
    text = joined(*(" ".join(line) for line in lines))
    given_chars = "".join("".join(line) for line in lines)
    assert text.replace(" ", "").replace("-", "") == given_chars.replace("-", "")
    assert given_chars.count("-") - text.count("-") <= len(lines) - 1


@given(st.lists(st.lists(st.from_regex(r"[A-Za-z\-]{1,8}", fullmatch=True), min_size=1, max_size=5), min_size=1))
def test_every_word_knows_its_place(lines):
    text, spans = join_words([Line(words(" ".join(line), 50, 100 + 12 * i)) for i, line in enumerate(lines)])
    for word, start, end in spans:
        assert text[start:end] in (word.text, word.text[:-1])
