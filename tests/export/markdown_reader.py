"""Markdown as its readers see it, through markdown-it: CommonMark with the tables and strikethrough of GFM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PLAIN = {"text", "softbreak", "paragraph_open", "paragraph_close", "inline", "text_special"}


def tokens(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def types(markdown: str) -> set[str]:
    """Names of all that is more than text in a paragraph."""
    return {t.type for t in _walk(tokens(markdown))} - _PLAIN


def text_of(markdown: str) -> str:
    """What is read, white space squeezed."""
    found = (" " if t.type == "softbreak" else t.content for t in _walk(tokens(markdown)) if t.type != "inline")
    return squeeze("".join(found))


def blocks(markdown: str) -> list[tuple[str, str]]:
    """(tag, text) of every paragraph, heading and block of code, in order; inside lists too."""
    found: list[tuple[str, str]] = []
    tag = ""
    for token in tokens(markdown):
        if token.nesting == 1 and token.type in ("paragraph_open", "heading_open"):
            tag = token.tag
        elif token.type == "inline":
            content = "".join(" " if t.type == "softbreak" else t.content for t in token.children or ())
            found.append((tag, squeeze(content)))
        elif token.type == "fence":
            found.append(("pre", token.content))
    return found


def pipe_rows(markdown: str) -> list[list[str]]:
    """The cells of a pipe table, read by a renderer; `<br>` is a line break."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    return [[cell for cell, _, _ in row] for row in html_rows(html)]


class _Rows(HTMLParser):
    """Collects (text, rowspan, colspan) of every cell, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, int, int]]] = []
        self.tags: set[str] = set()
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        spans = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append(("", int(spans.get("rowspan") or 1), int(spans.get("colspan") or 1)))
            self._in_cell = True
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            text, *spans = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, spans[0], spans[1])


def html_rows(html: str) -> list[list[tuple[str, int, int]]]:
    reader = _Rows()
    reader.feed(html)
    reader.close()
    return reader.rows


def html_tags(html: str) -> set[str]:
    reader = _Rows()
    reader.feed(html)
    reader.close()
    return reader.tags


def squeeze(text: str) -> str:
    return " ".join(text.split())


def _walk(found: Iterable[Token]) -> Iterator[Token]:
    for token in found:
        yield token
        yield from _walk(token.children or ())
