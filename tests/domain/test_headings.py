from __future__ import annotations

import pytest

from pdf_parser.domain.document import Block, BlockKind, TextStyle
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.headings import Body, heading_style, is_lone_number, numbering_depth, stands_out

BODY = Body(10.0, bold=False)


def is_heading(text: str, size: float = 10, bold: bool = False, body: Body = BODY, marker: str | None = None) -> bool:
    block = make(text, size, bold, marker)
    style = heading_style(block)
    return style is not None and stands_out(style, text, body)


def make(text: str, size: float = 10, bold: bool = False, marker: str | None = None) -> Block:
    return Block(
        id="b0001-001",
        kind=BlockKind.LIST_ITEM if marker else BlockKind.PARAGRAPH,
        page=1,
        bbox=BBox(x0=0, y0=0, x1=1, y1=1),
        text=text,
        marker=marker,
        style=TextStyle(size=size, bold=bold),
        parser="pdfium",
    )


@pytest.mark.parametrize(
    ("text", "size", "bold"),
    [
        ("A large title", 14, False),
        ("A bold line", 10, True),
        ("1 Introduction", 9.5, True),
        ("3.2 Method", 6, True),
        ("IN SMALL BOLD CAPITALS", 6, True),
        ("Ends like a sentence, but is very large.", 18, False),
        ("Questions?", 12, True),
    ],
)
def test_a_heading_stands_out_by_size_or_weight(text, size, bold):
    assert is_heading(text, size, bold)


@pytest.mark.parametrize(
    ("text", "size", "bold"),
    [
        ("Plain text", 10, False),
        ("A slightly larger line", 11, False),
        ("A bold sentence in the text.", 10, True),
        ("continued from the line before", 12, True),
        ("Contents ............ 12", 12, True),
        ("Introduction 7", 10, True),
        ("A small bold label", 6, True),
        ("12.5 % 13.1 % 14.0 %", 14, True),
        ("10 20 North 30 40 South 50", 14, False),
        ("x", 20, True),
        ("A very long bold text. " * 10, 12, True),
    ],
)
def test_other_lines_are_left_alone(text, size, bold):
    assert not is_heading(text, size, bold)


def test_bold_says_nothing_where_all_is_bold():
    assert not is_heading("A bold line", 10, True, Body(10.0, bold=True))


def test_an_enumerated_title_was_no_list_item():
    assert is_heading("Results", 10, True, marker="4.")
    assert not is_heading("Results", 10, True, marker="•")


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        *[("2 Title", 1), ("2. Title", 1), ("2.1 Title", 2), ("3.4.1. Title", 3), ("IV. Title", 1), ("A.2 Proofs", 2)],
        *[("Chapter 4 Title", 1), ("Anhang B Karten", 1), ("Title", 0), ("I think so", 0), ("A title", 0), ("2021", 0)],
    ],
)
def test_numbers_tell_how_deep_a_heading_lies(text, depth):
    assert numbering_depth(text) == depth


def test_a_number_alone_may_belong_to_a_chapter():
    assert is_lone_number(make("2")) and is_lone_number(make("IV"))
    assert not is_lone_number(make("2 apples"))
