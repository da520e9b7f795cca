"""Markdown as models write it when they read a page: CommonMark, tables, LaTeX, and HTML in between.

It is made HTML by markdown-it-py, then read as such. Rules of Markdown that take text away are off: what stands on the
page as "> 9 cm", "[1]: see below" or behind four spaces is text.
"""

from __future__ import annotations

import re

from pdf_parser.parsers.markup.html import html_pieces
from pdf_parser.parsers.markup.piece import Piece

_OFF = ["blockquote", "reference", "code", "lheading"]
_TABLE_TAG = re.compile(r"\s*(<table\b|</table\s*>)\s*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"<(/?)page_number>", re.IGNORECASE)  # Nanonets-OCR; no name that CommonMark allows
_FENCED = re.compile(r"\A\s*```(?:markdown|md|html)?[ \t]*\n(?P<inside>.*?)\n```\s*\Z", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


def markdown_pieces(markdown: str) -> list[Piece]:
    return html_pieces(_as_html(bare_answer(markdown)))


def bare_answer(text: str) -> str:
    """Without the model's thoughts and the fence that some put around the whole page."""
    text = _THOUGHT.sub("", text)
    fenced = _FENCED.match(text)
    return fenced["inside"] if fenced and "```" not in fenced["inside"] else text


def _as_html(markdown: str) -> str:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable(_OFF)
    reader.use(texmath_plugin, delimiters="brackets").use(amsmath_plugin)
    reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    return str(reader.render(_TABLE_TAG.sub(_apart, _PAGE_NUMBER.sub(r"<\1footer>", markdown))))


def _apart(tag: re.Match[str]) -> str:
    """A table begins and ends a block of its own, so that what stands beside it is still read as Markdown."""
    return f"\n\n{tag[1]}" if tag[1].startswith("<t") or tag[1].startswith("<T") else f"{tag[1]}\n\n"
