from __future__ import annotations

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.layout.blocks import group_blocks
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.textblock import TextBlock
from tests.typeset import words


def blocks(*lines: tuple[str, float, float], **style: object) -> list[TextBlock]:
    return group_blocks(group_lines([word for text, x, y in lines for word in words(text, x, y, **style)]))


def test_lines_with_usual_leading_are_one_paragraph():
    found = blocks(("The first line of the text", 50, 100), ("goes on here.", 50, 112))
    assert [b.text for b in found] == ["The first line of the text goes on here."]


def test_white_between_lines_begins_a_paragraph():
    assert len(blocks(("The first paragraph", 50, 100), ("The second one", 50, 122))) == 2


def test_double_spacing_is_no_white_between_paragraphs():
    lines = [(f"A line of text that is long enough, number {i}", 50.0, 100.0 + 22 * i) for i in range(5)]
    assert len(blocks(*lines)) == 1


def test_an_indented_line_begins_a_paragraph():
    found = blocks(
        *[("The first paragraph runs", 50, 100), ("over two lines of text,", 50, 112), ("Then another begins", 62, 124)]
    )
    assert len(found) == 2


def test_a_short_last_line_ends_a_paragraph():
    found = blocks(
        ("The first paragraph runs over", 50, 100), ("two lines.", 50, 112), ("The second paragraph", 50, 124)
    )
    assert [b.text for b in found] == ["The first paragraph runs over two lines.", "The second paragraph"]


def test_a_bold_line_over_the_text_is_a_block():
    lines = group_lines([*words("A bold line", 50, 100, bold=True), *words("and plain text", 50, 112)])
    assert len(group_blocks(lines)) == 2


def test_list_items_take_their_wrapped_lines_in():
    found = blocks(("• one item that", 50, 100), ("is wrapped", 58, 112), ("• another", 50, 124))
    assert [(b.marker, b.text) for b in found] == [("•", "one item that is wrapped"), ("•", "another")]


def test_a_wrapped_line_that_begins_like_an_item_is_none():
    found = blocks(
        ("This was found out in the year of the war, in", 50, 100), ("1914. It was long believed to be so by", 50, 112)
    )
    assert [b.kind for b in found] == [BlockKind.PARAGRAPH]


def test_a_caption_begins_a_block():
    found = blocks(("The text before the figure", 50, 100), ("Figure 2: What it shows", 50, 112))
    assert [b.kind for b in found] == [BlockKind.PARAGRAPH, BlockKind.CAPTION]


def test_small_capitals_count_as_large_as_their_capitals():
    title = [*words("C", 50, 100, 15), *words("HAPTER", 57, 103, 11), *words("Creators", 100, 100, 15)]
    title[1].space_before = False
    assert group_blocks(group_lines(title))[0].style.size == 15
