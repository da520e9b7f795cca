from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.scripts import name_scripts

BASELINE = 100.0


def typeset(*parts: tuple[str, float, float]) -> list[Word]:
    """Words without space between them: text, size, and how far raised in points."""
    out, x = [], 50.0
    for text, size, raised in parts:
        y, width = BASELINE - raised, 0.5 * size * len(text)
        out.append(Word(text, x, y - 0.85 * size, x + width, y + 0.25 * size, size, space_before=not out))
        x += width
    return out


def read(*parts: tuple[str, float, float]) -> str:
    return "".join(word.text for word in name_scripts(typeset(*parts)))


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((("10", 10, 0), ("2", 7, 4)), "10²"),
        ((("10", 10, 0), ("−", 7, 4), ("3", 7, 4), ("m", 10, 0)), "10⁻³m"),
        ((("CO", 10, 0), ("2", 7, -1.5)), "CO₂"),
        ((("2009", 10, 0), ("3,4", 6, 4)), "2009³,⁴"),
        ((("12", 6, 4), ("2 months", 10, 0)), "¹²2 months"),
        ((("x", 10, 0), ("1", 7, -2), ("2", 7, 4)), "x₁²"),
        ((("10", 10, 0), ("2a", 7, 4)), "10^2a"),
        ((("5", 10, 0), ("th", 7, 4)), "5th"),
        ((("10", 10, 0), ("2", 10, 0)), "102"),
        ((("S", 20, 0), ("2", 10, 0)), "S2"),
    ],
)
def test_raised_and_lowered_figures_change_no_number(parts, text):
    assert read(*parts) == text


def test_a_word_of_its_own_is_no_script():
    big, small = typeset(("10", 10, 0), ("2", 7, 4))
    small.space_before = True
    assert [word.text for word in name_scripts([big, small])] == ["10", "2"]


SIZES = st.sampled_from([5.0, 7.0, 10.0, 14.0])
PARTS = st.lists(st.tuples(st.text("0123456789ab+−", min_size=1, max_size=4), SIZES, st.integers(-4, 6)), max_size=8)


@given(PARTS)
def test_what_stands_on_the_line_is_kept_and_nothing_is_lost(parts):
    words = typeset(*parts)
    named = name_scripts(words)
    assert [(w.x0, w.y0, w.size) for w in named] == [(w.x0, w.y0, w.size) for w in words]
    plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+−0123456789+−")
    assert [w.text.translate(plain).lstrip("^_") for w in named] == [w.text for w in words]
