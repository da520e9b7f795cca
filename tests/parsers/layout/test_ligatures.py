from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.ligatures import Measured, lost_letters

WIDTHS = {"f": 0.28, "i": 0.25, "l": 0.25, "h": 0.52, "T": 0.6}


def measured(*chars: tuple[str, float], font: str = "Garamond") -> list[Measured]:
    return [Measured(i, char, font, width) for i, (char, width) in enumerate(chars)]


ALONE = [(char, width) for char, width in WIDTHS.items() for _ in range(3)]


def test_a_letter_as_wide_as_its_ligature_gets_the_lost_one_back():
    wide = [("i", 0.52), ("f", 0.56), ("l", 0.53), ("h", 1.1)]
    assert list(lost_letters(measured(*ALONE, *wide)).values()) == ["f", "f", "f", "T"]


def test_a_font_of_which_too_little_was_seen_is_left_alone():
    assert not lost_letters(measured(("i", 0.25), ("f", 0.28), ("i", 0.52)))


def test_another_font_has_other_widths():
    assert not lost_letters([*measured(*ALONE), *measured(*[("i", 0.52)] * 9, font="Courier")])


@given(st.lists(st.sampled_from(sorted(WIDTHS))))
def test_letters_of_one_width_have_lost_nothing(letters):
    assert not lost_letters(measured(*((char, WIDTHS[char]) for char in letters)))
