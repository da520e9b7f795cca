from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from pdf_parser.utils.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["One. ", "Two! ", "Three? ", "Four… ", "Five"],
        ['He said: "Yes." ', "Then he left."],
        ["Dr. J. Smith and Mr. Doe met at 3.14 p.m. in Fig. 2. ", "They left."],
        ["U.S. sales grew 1.5%. ", "See e.g. Sect. 4 (cf. Ref. 5)."],
        ["It rose in 2019. ", "It fell in 2020."],
        ["12. A numbered line is one sentence."],
        ["No border before approx. five or at example.com."],
        ["你好。", "世界！", "他说：“好吗？”", "是的。"],
        ["A title\n\n", "A text that goes on\nin the next line"],
        ["Wait... ", "What?! ", "Yes."],
    ],
)
def test_sentences_end_where_a_reader_would_say(sentences: list[str]) -> None:
    assert list(split_sentences("".join(sentences))) == sentences


@given(st.text(alphabet=" \n.!?。a\"A1)'", max_size=60))
def test_nothing_is_lost(text: str) -> None:
    slices = list(split_sentences(text))
    assert "".join(slices) == text
    assert all(slices)


@pytest.mark.parametrize("text", [".", ". ", "\n", ".\n", ".)", "a. A", "x.\n\n", " "])
def test_time_grows_with_length_only(text: str) -> None:
    started = time.process_time()
    list(split_sentences(text * 100_000))
    assert time.process_time() - started < 2
