from __future__ import annotations

import pytest

from pdf_parser.utils.tokens import count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("Hello world.", 3), ("the " * 300, 301), ("你好世界", 2), ("1.10", 3)]
)
def test_counts_are_those_of_o200k(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_what_looks_like_a_special_token_is_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_half_a_surrogate_pair_does_not_stop_counting() -> None:
    assert count_tokens("a \ud800 b") >= 3


def test_a_text_beyond_the_limit_of_the_tokenizer_is_counted() -> None:
    assert count_tokens("word " * 300_000) == pytest.approx(300_000, rel=0.001)
