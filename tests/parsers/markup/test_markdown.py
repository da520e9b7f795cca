"""Markdown of models becomes our blocks: structure is kept, text never vanishes, nothing of HTML comes through."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.markup.markdown import markdown_pieces
from pdf_parser.parsers.markup.piece import Piece


def only(markdown: str) -> Piece:
    (piece,) = markdown_pieces(markdown)
    return piece


def test_headings_have_levels():
    assert [(p.text, p.level) for p in markdown_pieces("# A\n\n### B\ntext")][:2] == [("A", 1), ("B", 3)]


def test_lists_have_markers_and_depth():
    pieces = markdown_pieces("3. third\n4. fourth\n   - deeper\n\nafter")
    assert [(p.marker, p.level, p.text) for p in pieces] == [
        ("3.", 1, "third"),
        ("4.", 1, "fourth"),
        ("•", 2, "deeper"),
        (None, None, "after"),
    ]


@pytest.mark.parametrize("tex", [r"$$a_1 \\ b$$", "$$\na_1 \\\\ b\n$$", r"\[ a_1 \\ b \]", r"$a_1 \\ b$"])
def test_a_formula_on_its_own_is_latex_to_the_letter(tex):
    assert only(tex) == Piece(BlockKind.FORMULA, r"a_1 \\ b")


def test_formulas_in_a_line_stay_there_and_prices_are_none():
    assert only(r"Costs $5 or $6, with \(x_i*y\) and $a_1 * b_2$.").text == (
        "Costs $5 or $6, with $x_i*y$ and $a_1 * b_2$."
    )


@pytest.mark.parametrize(
    "text", ["> 9 cm", "[1]: see below", "    four spaces", "List<String> of <x>", "a < b > c", "<script>"]
)
def test_what_only_looks_like_markup_is_text(text):
    assert only(text).text == text.strip()


def test_code_keeps_its_lines():
    assert only("```python\nif x:\n    y\n```") == Piece(BlockKind.CODE, "if x:\n    y")


@pytest.mark.parametrize("fence", ["```markdown\n{}\n```", "```html\n{}\n```\n", "<think>hm</think>\n{}", "{}"])
def test_what_models_put_around_the_page_is_taken_off(fence):
    assert only(fence.format("# Title")) == Piece(BlockKind.HEADING, "Title", level=1)


def test_only_links_to_the_web_are_links():
    piece = only("[a](https://x.example/z_a) [b](javascript:alert(1)) <a href='file:///etc'>c</a>")
    assert [(piece.text[link.start : link.end], link.uri) for link in piece.links] == [("a", "https://x.example/z_a")]


def test_scripts_and_styles_are_left_out():
    assert only("<script>alert(1)</script><style>p {}</style><p onclick='x()'>text</p>") == Piece(
        BlockKind.PARAGRAPH, "text"
    )


def test_nanonets_tags_have_their_meaning():
    pieces = markdown_pieces(
        "<watermark>COPY</watermark>\n\n<img>A fox jumps</img>\n\ntext\n\n<page_number>9/22</page_number>"
    )
    assert [(p.kind, p.text) for p in pieces] == [
        (BlockKind.PAGE_HEADER, "COPY"),
        (BlockKind.PICTURE, "A fox jumps"),
        (BlockKind.PARAGRAPH, "text"),
        (BlockKind.PAGE_FOOTER, "9/22"),
    ]


def test_text_beside_a_table_is_not_part_of_it():
    before, table, after = markdown_pieces("before\n<table><tr><td>1</td></tr></table>\n**after**")
    assert (before.text, table.kind, after.text) == ("before", BlockKind.TABLE, "after")


def test_a_table_of_pipes_has_a_header():
    table = only("| a | b |\n|---|---|\n| 1 | $x|y$ |").table
    assert table is not None
    assert [cell.is_header for cell in table.cells] == [True, True, False, False]


MARKUP = st.sampled_from("# ;> ;- ;\n\n;**;<b>;</p>;<td>;</table>;<table>;$;`;<br>;&lt;".split(";"))


@given(st.lists(st.one_of(MARKUP, st.text("abcxyz", min_size=1, max_size=5)), max_size=30))
def test_no_letter_is_ever_lost(parts):
    pieces = markdown_pieces("".join(parts))
    tables = [piece.table for piece in pieces if piece.table]
    read = [piece.text for piece in pieces] + [cell.text for table in tables for cell in table.cells]
    read += [table.caption for table in tables if table.caption]
    words = [part for part in parts if part.isalpha()]
    assert Counter("".join(words)) <= Counter("".join(read))
