from __future__ import annotations

from pdf_parser.domain.document import Link
from pdf_parser.parsers.layout.content import LinkArea
from tests.typeset import built, content, words


def test_a_link_covers_the_words_in_its_area():
    line = words("see the manual for more", 50, 100)
    area = LinkArea(line[1].x0 - 1, 99, line[2].x1 + 1, 113, "https://example.org/")
    page = content(line)
    page.links.append(area)
    (block,) = built(page).blocks
    assert block.links == (Link(start=4, end=14, uri="https://example.org/"),)
    assert block.text[4:14] == "the manual"


def test_a_link_over_two_lines_is_one_link():
    first, second = words("a long link that is", 50, 100), words("wrapped here", 50, 112)
    page = content(first, second)
    page.links += [LinkArea(40, 99, 200, 125, "mailto:a@example.org")]
    (block,) = built(page).blocks
    assert [block.text[link.start : link.end] for link in block.links] == ["a long link that is wrapped here"]


def test_offsets_do_not_count_the_marker():
    page = content(words("• the manual", 50, 100))
    page.links += [LinkArea(60, 99, 200, 113, "https://example.org/")]
    (block,) = built(page).blocks
    assert block.text == "the manual" and block.links[0].start == 0
