from __future__ import annotations

import pytest

from pdf_parser.parsers.layout.glyphs import clean_char, clean_word, overprinted, restore_ligatures, stacks_on
from tests.typeset import words

HERE, RIGHT = (10.0, 0.0, 15.0, 10.0), (15.0, 0.0, 20.0, 10.0)


@pytest.mark.parametrize(
    ("char", "seen"),
    [("ﬁ", "fi"), ("ﬄ", "ffl"), ("\uf0b7", "•"), ("\x02", "-"), ("\x07", ""), ("\u200b", ""), ("x", "x")],
)
def test_characters_are_written_as_seen(char, seen):
    assert clean_char(char) == seen


def test_words_are_composed_and_keep_a_soft_hyphen_only_at_their_end():
    assert clean_word("e\u0301t\u00ade\u00ad") == "éte\u00ad"


@pytest.mark.parametrize(
    ("chars", "text"),
    [
        ([("´", HERE), ("e", HERE)], "e\u0301"),
        ([("u", HERE), ("¨", HERE)], "u\u0308"),
        ([("`", HERE), ("ı", HERE)], "i\u0300"),
        ([("´", HERE), ("e", RIGHT)], "´e"),
        ([("`", HERE), ("`", RIGHT), ("q", None)], "``q"),
    ],
)
def test_an_accent_belongs_to_the_letter_that_it_stands_over(chars, text):
    assert stacks_on(chars) == text


def test_a_word_printed_twice_on_one_place_counts_once():
    line = words("bold title", 50, 100)
    shadow = words("bold title", 50.4, 100.3)
    assert [w.text for w in overprinted([*line, *shadow])] == ["bold", "title"]


def test_a_word_that_comes_again_elsewhere_stays():
    assert len(overprinted([*words("no no", 50, 100), *words("no", 50, 112)])) == 3


@pytest.mark.parametrize(
    ("chars", "text"),
    [("con\x1frmed", "confirmed"), ("\x1fnal", "final"), ("e\x1eect", "e\ufffdect"), ("a\x07", "a\x07")],
)
def test_a_lost_ligature_is_restored_or_shown(chars, text):
    assert restore_ligatures(chars) == text
