from __future__ import annotations

import pytest

from pdf_parser.domain.document import BlockKind, Link
from pdf_parser.parsers.markup.list_marker import with_own_marker
from pdf_parser.parsers.markup.piece import Piece


@pytest.mark.parametrize(
    ("text", "marker", "rest"),
    [
        ("2. second", "2.", "second"),
        ("(a) first", "(a)", "first"),
        ("• point", "•", "point"),
        ("– point", "–", "point"),
        ("iv) fourth", "iv)", "fourth"),
        ("e.g. this", None, "e.g. this"),
        ("1.5 litres", None, "1.5 litres"),
        ("Mr. Fox", None, "Mr. Fox"),
    ],
)
def test_only_what_numbers_or_marks_an_item_is_a_marker(text, marker, rest):
    item = with_own_marker(Piece(BlockKind.LIST_ITEM, text))
    assert (item.marker, item.text) == (marker, rest)


def test_links_move_with_the_text():
    item = Piece(BlockKind.LIST_ITEM, "1. see here", links=(Link(start=7, end=11, uri="https://x.example"),))
    moved = with_own_marker(item)
    assert moved.text[moved.links[0].start : moved.links[0].end] == "here"
