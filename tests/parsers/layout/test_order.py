from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.blocks import group_blocks
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.order import is_plausible, reading_order
from pdf_parser.parsers.layout.textblock import TextBlock
from pdf_parser.parsers.layout.xycut import cut_order
from tests.typeset import LOREM, words, wrapped


def block(x: float, y: float, chars: int = 40, count: int = 4, text: str = LOREM) -> TextBlock:
    lines = [words(line, x, y + 12 * i) for i, line in enumerate(wrapped(text, chars)[:count])]
    return group_blocks(group_lines([word for line in lines for word in line]))[0]


def ranked(found: list[TextBlock]) -> list[TextBlock]:
    """The blocks as written one after the other."""
    rank = 0
    for item in found:
        for line in item.lines:
            for word in line.words:
                word.rank, rank = rank, rank + 1
    return found


TITLE = {"chars": 90, "count": 1}
TWO_COLUMNS = [
    (50, 100, TITLE),
    (50, 150, {}),
    (50, 230, {}),
    (50, 330, {}),
    (320, 150, {}),
    (320, 240, {}),
    (320, 320, {}),
]
FIGURE_BETWEEN = [
    *[(50, 100, {}), (50, 170, {}), (320, 100, {}), (320, 170, {}), (50, 300, {"chars": 95, "count": 3})],
    *[(50, 400, {}), (50, 470, {}), (320, 400, {}), (320, 480, {})],
]
ONE_COLUMN = [(50, 100 + 80 * i, {"chars": 95}) for i in range(7)]
SIDEBAR = [
    (50, 100, {"chars": 60}),
    (50, 200, {"chars": 60}),
    (50, 300, {"chars": 60}),
    (450, 150, {"chars": 20, "count": 9}),
]


@pytest.mark.parametrize("places", [TWO_COLUMNS, FIGURE_BETWEEN, ONE_COLUMN, SIDEBAR])
@pytest.mark.parametrize("seed", range(5))
def test_a_shuffled_stream_is_read_by_columns(places, seed):
    right = [block(x, y, **how) for x, y, how in places]
    shuffled = ranked(random.Random(seed).sample(right, len(right)))
    assert reading_order(shuffled, 800) == right


def test_labels_are_read_with_what_stands_beside_them():
    rows = [[block(50, y, count=1, text=f"Label {i}"), block(150, y)] for i, y in enumerate((100, 180, 260))]
    assert cut_order([item for row in reversed(rows) for item in row]) == [item for row in rows for item in row]


def test_a_plausible_stream_is_kept():
    """A grid of cards is written row by row, and nothing in it speaks against that."""
    cards = [block(x, y, chars=25) for y in (100, 200) for x in (50, 230, 410)]
    assert reading_order(ranked(cards), 800) == cards


def test_two_columns_written_by_height_are_not_believed():
    left = [block(50, y) for y in (100, 190, 290, 380)]
    right = [block(320, y) for y in (130, 240, 330, 430)]
    by_height = [item for pair in zip(left, right, strict=True) for item in pair]
    assert not is_plausible(ranked(by_height))
    assert reading_order(by_height, 800) == [*left, *right]


def test_margins_come_first_and_last_wherever_they_are_written():
    body, footer, header = block(50, 100), block(50, 780, count=1), block(50, 20, count=1)
    assert reading_order(ranked([footer, body, header]), 800) == [header, body, footer]


places = st.tuples(st.floats(0, 500), st.floats(0, 700), st.integers(5, 60), st.integers(1, 5))


@given(st.lists(places, max_size=25))
def test_the_order_is_total_and_does_not_depend_on_chance(found):
    items = ranked([block(x, y, chars, count) for x, y, chars, count in found])
    order = reading_order(items, 800)
    assert sorted(map(id, order)) == sorted(map(id, items))
    assert order == reading_order(items, 800)
    assert sorted(map(id, cut_order(items))) == sorted(map(id, items))
