from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.parsers.layout.content import Region, Rule
from pdf_parser.parsers.layout.tables.rulings import MAX_RULINGS, box_edges, merge_rules


def test_pieces_on_one_axis_become_one_ruling() -> None:
    rules = [Rule(10, 50, 30, 50), Rule(32, 50.5, 60, 50.5), Rule(55, 49.8, 90, 49.8)]
    (ruling,) = merge_rules(rules).horizontal
    assert (ruling.start, ruling.end, round(ruling.at)) == (10, 90, 50)


def test_dashes_become_one_ruling_and_distant_pieces_do_not() -> None:
    dashes = [Rule(x, 50, x + 4, 50) for x in range(0, 100, 6)]
    assert len(merge_rules(dashes).horizontal) == 1
    assert len(merge_rules([Rule(0, 50, 40, 50), Rule(60, 50, 90, 50)]).horizontal) == 2


def test_only_the_longest_are_kept_of_very_many() -> None:
    rules = [Rule(0, 3.0 * i, 10 + i, 3.0 * i) for i in range(2 * MAX_RULINGS)]
    kept = merge_rules(rules).horizontal
    assert len(kept) == MAX_RULINGS
    assert min(r.length for r in kept) >= MAX_RULINGS


def test_paint_behind_a_paragraph_in_a_painted_cell_has_no_borders() -> None:
    cell, paragraph = Region(10, 10, 110, 60, 0.8), Region(15, 10, 105, 30, 0.8)
    other = Region(15, 32, 105, 50, 0.2)
    assert len(box_edges([paragraph, cell], 600, 800)) == 4
    assert len(box_edges([paragraph, cell, other], 600, 800)) == 8


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 500), st.integers(1, 200)), max_size=60))
def test_every_rule_lies_under_some_ruling(pieces: list[tuple[int, int, int]]) -> None:
    rules = [Rule(x, 5.0 * y, x + length, 5.0 * y) for y, x, length in pieces]
    rulings = merge_rules(rules)
    found = [*rulings.horizontal, *rulings.vertical]
    for rule in rules:
        assert any(r.start <= rule.x0 and rule.x1 <= r.end and abs(r.at - rule.y0) < 2 for r in found)
