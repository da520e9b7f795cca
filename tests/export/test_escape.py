from __future__ import annotations

import time

import pytest
from hypothesis import example, given, strategies as st

from pdf_parser.export.escape import escape_block, escape_heading, escape_inline
from pdf_parser.export.text import one_line, tidy
from tests.export.markdown_reader import blocks, squeeze, text_of, types

INJECTIONS = [
    "# heading",
    "Setext\n===",
    "Setext\n---",
    "- bullet\n+ bullet\n* bullet",
    "1. one\n2) two",
    "> quote",
    "```\ncode\n```",
    "~~~ code",
    "`code` and ``code``",
    "    indented code",
    "\tindented code",
    "***",
    "- - -",
    "_ _ _",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b\n:-: | -:\n1 | 2",
    "*em* **strong** ***both*** _em_ __strong__ a*b*c",
    "~~gone~~",
    "[x](javascript:alert(1))",
    "![x](http://example.com/track.png)",
    "[x]: http://example.com\n\n[x]",
    "[a\nb]: /url\n[a b]",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- comment -->",
    "<?php ?> <![CDATA[x]]> </p>",
    "<javascript:alert(1)> <http://example.com> <a.b@example.com>",
    "&lt;script&gt; &#60; &copy; &amp;",
    "two  \nlines\\\nbroken",
    "\\*not\\* \\",
    "\\<b>",
    "*\u20ac* x*\u20ac*",
    "# ",
    "-",
    "+\n=",
    "`<``<``",
    "`\n```x",
    "*a~*b",
    "*a _c*\n___",
    "note\n[^1]: gone",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_stays_text(text: str) -> None:
    markdown = escape_block(tidy(text))
    assert types(markdown) == set()
    assert text_of(markdown) == squeeze(text)


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name and a_b",
        "5 * 3 = 15, 2*3",
        "Revenue* rose, costs* fell",
        "*Note: a footnote mark",
        "[1], [2, 3] and [sic]",
        "p<0.05, a < b > c, x > y",
        "AT&T, R&D; A & B",
        "#1 in C# and F#",
        "about ~5 to ~6",
        "C:\\Users\\name",
        "-12.5 and +3, (1,234) - so",
        "2019 was a year. 1.5 too",
        "a | b | c",
        "Wait! - Really? No...",
        "one ` backtick",
        "$5 ^2 {x} = y",
        "https://example.com/a_b?c=d&e=f#g",
        "—",
        "=",
        "|---|",
    ],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert escape_block(text) == text
    assert text_of(text) == text


MARKS = st.text(alphabet=' \n*_`~[]()<>#+-=|!\\&;:.1ab/@\u20ac\u00a0é"', max_size=40)


@given(st.one_of(MARKS, st.text(max_size=60)))
@example("*\\\n*")
@example("a*\u20ac*b")
def test_any_text_is_one_paragraph_that_reads_the_same(text: str) -> None:
    tidied = tidy(text)
    markdown = escape_block(tidied)
    assert types(markdown) == set()
    assert text_of(markdown) == squeeze(tidied)
    assert len(blocks(markdown)) == bool(tidied)


@given(st.one_of(MARKS, st.text(max_size=60)))
def test_any_heading_reads_the_same(text: str) -> None:
    line = one_line(text)
    assert blocks(f"## {escape_heading(line)}") == [("h2", line)]


@given(MARKS)
def test_text_inside_a_line_reads_the_same(text: str) -> None:
    line = one_line(text)
    assert text_of(f"x {escape_inline(line)} x") == squeeze(f"x {line} x")


@pytest.mark.parametrize(
    "text", ["*", "_a", "`", "``a", "[", "](", "<", "&", "\\", "a* ", "*a ", "#", "- ", "| ", "~", "<a@", "* _ ", "=\n"]
)
def test_time_grows_with_length_only(text: str) -> None:
    started = time.process_time()
    escape_heading(text * 15_000)
    escape_block(text * 15_000)
    assert time.process_time() - started < 1
