from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.document import Block, Link
from pdf_parser.export.markdown import MarkdownWriter, page_markdown
from tests.export.documents import block, heading, page, paragraph, table, table_block
from tests.export.markdown_reader import blocks, squeeze, text_of, tokens, types


def markdown(*found: Block, **more: object) -> str:
    return page_markdown(page(*found, **more))  # type: ignore[arg-type]


def item(text: str, marker: str | None = "•", level: int | None = None) -> Block:
    return block("list_item", text, marker=marker, level=level)


def linked(text: str, part: str, uri: str) -> Block:
    start = text.index(part)
    return paragraph(text, links=(Link(start=start, end=start + len(part), uri=uri),))


def test_a_page_reads_from_top_to_bottom() -> None:
    text = markdown(heading("Title"), paragraph("One."), heading("Part", level=2), paragraph("Two."))
    assert text == "# Title\n\nOne.\n\n## Part\n\nTwo."


def test_page_headers_and_footers_and_empty_blocks_stay_out() -> None:
    kinds = ("page_header", "paragraph", "picture", "page_footer")
    assert markdown(*(block(kind, text) for kind, text in zip(kinds, ("H", " ", "", "F"), strict=True))) == ""


@pytest.mark.parametrize("kind", ["caption", "footnote", "picture", "formula", "table"])
def test_other_text_is_a_paragraph(kind: str) -> None:
    assert markdown(block(kind, "Some *text*.")) == r"Some \*text\*."


def test_a_heading_is_one_line_of_level_one_to_six() -> None:
    assert markdown(heading("A\n  b", level=9)) == "###### A b"
    assert markdown(block("heading", "A")) == "# A"


def test_list_items_keep_their_markers() -> None:
    text = markdown(item("one"), item("two", "3."), item("three", "(a)"), item("done", "☑"), item("four", None))
    assert text == "- one\n3. two\n- (a) three\n- [x] done\n- four"


def test_nested_items_lie_inside_their_parents() -> None:
    text = markdown(item("a", "10.", 1), item("b", "-", 2), item("c", "-", 3), item("d", "11.", 1), item("e", "-", 9))
    assert text == "10. a\n    - b\n      - c\n11. d\n    - e"
    assert sum(t.type.endswith("list_open") for t in tokens(text)) == 4


def test_a_nested_list_that_does_not_begin_with_one_is_still_a_list() -> None:
    text = markdown(item("a"), item("b", "3.", 2))
    assert [t.type for t in tokens(text) if "list_open" in t.type] == ["bullet_list_open", "ordered_list_open"]


def test_a_page_that_begins_deep_in_a_list_makes_no_code() -> None:
    assert markdown(item("a", level=3)) == "- a"


def test_lines_of_an_item_stay_in_it() -> None:
    text = markdown(item("a\n- b\n\nc", "1."), paragraph("After."))
    assert text == "1. a\n   \\- b\n   c\n\nAfter."
    assert blocks(text) == [("p", "a - b c"), ("p", "After.")]


def test_code_is_fenced_with_more_backticks_than_it_holds() -> None:
    code = "if a:\n\n    print('```')\n<b>&amp;"
    text = markdown(block("code", code))
    assert text.startswith("````\n")
    assert blocks(text) == [("pre", code + "\n")]


def test_latex_is_kept_to_the_letter() -> None:
    assert markdown(block("formula", r"\frac{a_1}{b_2} * c")) == "```math\n\\frac{a_1}{b_2} * c\n```"


def test_a_table_stands_at_its_block_with_its_caption_once() -> None:
    rows = table([["a"], ["1"]], caption="Table 1")
    pipe = "| a |\n|---|\n| 1 |"
    assert markdown(paragraph("x"), table_block(), paragraph("y"), tables=[rows]) == f"x\n\nTable 1\n\n{pipe}\n\ny"
    assert markdown(table_block(), block("caption", "Table  1"), tables=[rows]) == f"{pipe}\n\nTable  1"


def test_a_table_without_a_block_comes_last() -> None:
    assert markdown(paragraph("x"), tables=[table([["a"], ["1"]])]) == "x\n\n| a |\n|---|\n| 1 |"


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("https://example.com/a_b?c=1&d=2", "https://example.com/a_b?c=1&d=2"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("https://example.com/a b(c)<d>\n\"'", "https://example.com/a%20b%28c%29%3Cd%3E%0A%22%27"),
        ("https://example.com/?a=1&copy;", "https://example.com/?a=1&copy;"),
    ],
)
def test_web_and_mail_links_are_links(uri: str, address: str) -> None:
    text = markdown(linked("Go to this site now.", "this site", uri))
    [link] = [t for t in tokens(text)[1].children or () if t.type == "link_open"]
    assert str(link.attrs["href"]).replace("%22", '"') == address.replace("%22", '"')
    assert text_of(text) == "Go to this site now."


SCRIPTS = ["javascript:alert(1)", "JaVaScRiPt:x", "java\nscript:x", " javascript:x", "\x01javascript:x", "vbscript:x"]


@pytest.mark.parametrize(
    "uri", [*SCRIPTS, "data:text/html,x", "file:///x", "//a.example", "#a", "http:", "https:///x", ""]
)
def test_other_links_are_text(uri: str) -> None:
    assert markdown(linked("Go to this site.", "this", uri)) == "Go to this site."


def test_a_link_that_shows_its_own_address_stays_bare() -> None:
    assert markdown(linked("See https://a.example/b_c.", "https://a.example/b_c", "https://a.example/b_c")) == (
        "See https://a.example/b_c."
    )


def test_links_that_overlap_or_lie_outside_are_text() -> None:
    spans = [(0, 3), (2, 5), (4, 99), (-3, 2), (5, 4)]
    links = tuple(Link(start=a, end=b, uri="http://a.example") for a, b in spans)
    assert markdown(paragraph("abcdef", links=links)) == "[abc](http://a.example)def"


@given(st.lists(st.tuples(st.text("a*_`[]()!<\\ \n#-", max_size=6), st.booleans()), max_size=5))
def test_text_beside_and_inside_links_reads_the_same(parts: list[tuple[str, bool]]) -> None:
    links, whole = [], ""
    for text, is_link in parts:
        if is_link and text.strip():
            links.append(Link(start=len(whole), end=len(whole) + len(text), uri="http://a.example"))
        whole += text
    text = markdown(paragraph(whole, links=tuple(links)))
    assert text_of(text) == squeeze(whole)
    assert types(text) <= {"link_open", "link_close"}
    assert sum(t.type == "link_open" for b in tokens(text) for t in b.children or ()) == len(links)


def test_pages_are_written_one_by_one() -> None:
    out = StringIO()
    writer = MarkdownWriter(out)
    for page_no, text in enumerate(("One.", "", "Three."), start=1):
        writer.write(page(paragraph(text), page_no=page_no))
    assert out.getvalue() == "One.\n\nThree.\n"


def test_page_comments_are_there_for_those_who_ask() -> None:
    out = StringIO()
    writer = MarkdownWriter(out, page_comments=True)
    for page_no in (1, 2):
        writer.write(page(*[paragraph("Text.")] * (2 - page_no), page_no=page_no))
    assert out.getvalue() == "<!-- page 1 -->\n\nText.\n\n<!-- page 2 -->\n"


def test_output_can_always_be_written_as_utf8() -> None:
    assert markdown(heading("a\ud800b"), paragraph("\udfff\x00\x07c\u2028d")).encode() == "# a�b\n\n�c\nd".encode()
