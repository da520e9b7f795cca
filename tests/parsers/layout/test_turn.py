from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.content import LinkArea, PageContent, Region, Rule
from pdf_parser.parsers.layout.turn import Turn, main_turn, turn_content
from tests.typeset import words

boxes = st.tuples(st.floats(0, 300), st.floats(0, 400), st.floats(300, 600), st.floats(400, 800))


@given(boxes, st.integers(0, 3))
def test_turning_back_gives_the_same_box(box, quarters):
    turn = Turn(quarters, 600, 800)
    assert turn.back.box(turn.box(box)) == pytest.approx(box)


@given(boxes, st.integers(0, 3))
def test_a_turned_box_lies_on_the_turned_page(box, quarters):
    turn = Turn(quarters, 600, 800)
    x0, y0, x1, y1 = turn.box(box)
    assert 0 <= x0 <= x1 <= turn.size[0] and 0 <= y0 <= y1 <= turn.size[1]


def test_most_characters_decide_how_a_page_is_turned():
    assert main_turn([*words("much text that stands across", 50, 100, angle=90), *words("a stamp", 50, 50)]) == 1
    assert main_turn([]) == 0


def test_everything_on_a_page_is_turned():
    page = PageContent(600, 800, words("x", 10, 20, angle=90), [Rule(10, 20, 30, 20)], [Region(10, 20, 30, 40)])
    page.links.append(LinkArea(10, 20, 30, 40, "https://example.org"))
    turned = turn_content(page, Turn(1, 600, 800))
    assert (turned.width, turned.height, turned.words[0].angle) == (800, 600, 0)
    assert turned.rules == [Rule(20, 570, 20, 590)] and not turned.rules[0].is_horizontal
    assert turned.pictures == [Region(20, 570, 40, 590)]
    assert turned.links[0].uri == "https://example.org"
