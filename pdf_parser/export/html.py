"""Pages to one HTML document, page by page. All text is escaped; the document forbids scripts, and requests of all but
its own figures."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from types import TracebackType
from typing import TextIO

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.export.flow import FlowItem, PlacedTable, flow
from pdf_parser.export.links import linked_parts
from pdf_parser.export.table_html import table_html
from pdf_parser.export.text import one_line, plain

_HEAD = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 50rem; margin: auto; padding: 1rem }}
table {{ border-collapse: collapse }}
th, td {{ border: 1px solid #999; padding: .2rem .5rem; vertical-align: top }}
ul {{ list-style: none; padding-left: 1rem }}
p, li {{ white-space: pre-line }}
img {{ max-width: 100% }}
</style>
</head>
<body>
"""


class HtmlWriter:
    """Writes pages to a text stream as they come. `with HtmlWriter(stream, title) as writer:` ends the document too."""

    def __init__(self, stream: TextIO, title: str = "") -> None:
        self._stream = stream
        self._title = title

    def __enter__(self) -> HtmlWriter:
        self._stream.write(_HEAD.format(title=escape(one_line(self._title))))
        return self

    def write(self, page: Page) -> None:
        self._stream.write(page_html(page) + "\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._stream.write("</body>\n</html>\n")


def page_html(page: Page) -> str:
    """One `<section id="page-12">`. List items keep their own markers, so every list is a plain `<ul>`."""
    return "\n".join((f'<section id="page-{page.page}">', *_parts(page), "</section>"))


def _parts(page: Page) -> Iterator[str]:
    for is_list, items in groupby(flow(page), key=_is_list_item):
        texts = [_item(item) for item in items]
        yield "\n".join(("<ul>", *texts, "</ul>") if is_list else texts)


def _is_list_item(item: FlowItem) -> bool:
    return isinstance(item, Block) and item.kind is BlockKind.LIST_ITEM


def _item(item: FlowItem) -> str:
    if isinstance(item, PlacedTable):
        return table_html(item.table, item.caption)
    if item.kind is BlockKind.HEADING:
        level = min(max(item.level or 1, 1), 6)
        return f"<h{level}>{_text(item)}</h{level}>"
    if item.kind is BlockKind.LIST_ITEM:
        return f"<li>{_marked(item)}</li>"
    if item.kind is BlockKind.CODE:
        return f"<pre><code>{escape(plain(item.text), quote=False)}</code></pre>"
    if item.figure is not None:
        return _figure(item.figure, _marked(item))
    css = f' class="{item.kind.value}"' if item.kind is not BlockKind.PARAGRAPH else ""
    return f"<p{css}>{_marked(item)}</p>"


def _figure(name: str, text: str) -> str:
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return f'<figure><img src="{escape(name)}" alt="">{caption}</figure>'


def _marked(block: Block) -> str:
    marker = one_line(block.marker or "")
    return f"{escape(marker)} {_text(block)}" if marker else _text(block)


def _text(block: Block) -> str:
    return "".join(_part(escape(plain(text), quote=False), uri) for text, uri in linked_parts(block)).strip()


def _part(text: str, uri: str | None) -> str:
    return f'<a href="{escape(uri)}" rel="nofollow noopener">{text}</a>' if uri else text
