from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdf_parser.parsers.chat.loops import LEAST_TIMES, LEAST_WORDS, repeated_words

UNIT = st.lists(st.text("abcdefgh", min_size=2, max_size=6), min_size=1, max_size=20)


@given(UNIT, st.text("ijkl ", max_size=200))
def test_what_is_said_often_enough_is_found_wherever_it_begins(unit, before):
    times = max(LEAST_TIMES, -(-LEAST_WORDS // len(unit)))
    assert repeated_words(f"{before} {' '.join(unit * times)}") is not None


@pytest.mark.parametrize(
    "text",
    [
        "<td>0</td>" * 300,
        "| | | |\n" * 100,
        "Contents " + ". " * 500 + "17",
        " ".join(f"Item {number} has passed." for number in range(100)),
        "no, no, no " * 5,
    ],
)
def test_tables_of_zeros_and_leaders_are_no_loop(text):
    assert repeated_words(text) is None


def test_a_loop_of_table_rows_is_found():
    assert repeated_words("<tr><td>Total assets</td><td>12</td></tr>" * 40) == "total assets 12"


def test_a_loop_in_a_script_without_spaces_is_found():
    assert repeated_words("第一章" + "的研究方法" * 30) == "的 研 究 方 法"
