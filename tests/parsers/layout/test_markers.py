from __future__ import annotations

import pytest

from pdf_parser.parsers.layout.markers import bullet_of, enumerator_of, is_caption, is_next


@pytest.mark.parametrize("text", ["• one", "•one", "– one", "* one", "▪ one"])
def test_bullets_are_found(text):
    assert bullet_of(text) == text[0]


@pytest.mark.parametrize("text", ["-5 degrees", "*", "one • two", "*bold*"])
def test_not_every_sign_is_a_bullet(text):
    assert bullet_of(text) is None


@pytest.mark.parametrize("marker", ["1.", "12)", "(a)", "iv.", "(ii)", "[3]", "B."])
def test_enumerators_are_found(marker):
    assert enumerator_of(f"{marker} text") == marker


@pytest.mark.parametrize("text", ["2.1 Title", "1999. ", "word. Next", "3.5 percent"])
def test_numbers_in_text_are_no_enumerators(text):
    assert enumerator_of(text) is None


@pytest.mark.parametrize("pair", [("1.", "2."), ("(9)", "(10)"), ("a)", "b)")])
def test_enumerators_count_on(pair):
    assert is_next(*pair)


@pytest.mark.parametrize("pair", [("1.", "3."), ("1.", "2)"), ("a)", "2)")])
def test_other_enumerators_do_not_follow(pair):
    assert not is_next(*pair)


@pytest.mark.parametrize(
    "text", ["Figure 3: Rates", "Table 2. Costs", "Fig. 1.2 – Map", "Abbildung 4: Netz", "FIGURE 8.8 Stars"]
)
def test_captions_are_told_by_their_number(text):
    assert is_caption(text)


@pytest.mark.parametrize("text", ["Figure 3 shows the rates", "Table manners", "Figures are large", "Map of a town"])
def test_sentences_about_figures_are_no_captions(text):
    assert not is_caption(text)
