"""HTML as engines write it, read into pieces. Nothing of it is kept but text, structure and links to the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.markup.piece import Piece
from pdf_parser.parsers.markup.running_text import RunningText
from pdf_parser.parsers.markup.table_rows import TableRows

Attributes = Mapping[str, str | None]

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {
    "p": BlockKind.PARAGRAPH,
    "pre": BlockKind.CODE,
    "li": BlockKind.LIST_ITEM,
    "figcaption": BlockKind.CAPTION,
    "header": BlockKind.PAGE_HEADER,
    "footer": BlockKind.PAGE_FOOTER,
    "title": BlockKind.HEADING,
    "watermark": BlockKind.PAGE_HEADER,  # Nanonets-OCR
    **dict.fromkeys(_HEADINGS, BlockKind.HEADING),
}
_STYLED = frozenset(
    "a abbr b big br chem cite code col colgroup del em font html i img input ins kbd label link mark meta q s small "
    "span strike strong sub sup tt u var wbr".split()
)
_BREAKS = frozenset(
    "address article aside blockquote body center dd div dl dt figure form head hr main section".split()
)
_UNSEEN = frozenset("iframe noscript object script style svg template".split())
_LISTS = ("ul", "ol")
_IN_TABLE = frozenset("thead tbody tfoot tr td th caption".split())
_KNOWN = frozenset({*_KINDS, *_STYLED, *_BREAKS, *_LISTS, *_IN_TABLE, "table", "math"})


def html_pieces(html: str) -> list[Piece]:
    """What is no tag of HTML is text: a page may speak of List<String>. Nothing is raised for broken HTML."""
    lower = html.lower()
    reader = _Reader(frozenset(tag for tag in _UNSEEN if f"</{tag}" in lower))
    reader.feed(html)
    reader.close()
    return reader.finish()


@dataclass
class _Open:
    """An element that has begun: what its text becomes."""

    tag: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int | None = None
    marker: str | None = None


@dataclass
class _Math:
    is_block: bool
    tag: str
    tex: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """`unseen`: elements that are left out with all that is in them."""

    def __init__(self, unseen: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._unseen_tags = unseen
        self._pieces: list[Piece] = []
        self._open: list[_Open] = []
        self._lists: list[int | None] = []  # the next number of each list that is open; None has bullets
        self._text = RunningText()
        self._table: TableRows | None = None
        self._tables = 0
        self._math: _Math | None = None
        self._lone_math = ""
        self._unseen = 0

    def finish(self) -> list[Piece]:
        """What is left open ends here."""
        if self._math is not None:
            self._end_math()
        if self._table is not None:
            self._tables = 1
            self._end_table()
        self._flush()
        return self._pieces

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in self._unseen_tags:
            self._unseen += 1
        elif self._unseen or self._math is not None:
            return
        elif tag not in _KNOWN:
            self.handle_data(self.get_starttag_text() or "")
        elif tag == "math" or "math" in (attributes.get("class") or "").split():
            self._begin_math(tag, attributes)
        elif tag == "table":
            self._begin_table()
        elif self._table is not None:
            self._in_table(self._table, tag, attributes)
        else:
            self._begin(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen_tags:
            self._unseen = max(0, self._unseen - 1)
        elif tag not in _KNOWN and self._math is None:
            self.handle_data(f"</{tag}>")
        elif self._math is not None:
            if tag == self._math.tag:
                self._end_math()
        elif tag == "table":
            self._end_table()
        elif self._table is not None:
            if self._tables == 1:
                self._table.end(tag)
        elif tag == "a":
            self._text.end_link()
        elif tag in _LISTS:
            self._flush()
            del self._lists[-1:]
        elif tag == "img":
            self._flush(BlockKind.PICTURE)  # <img>what it shows</img>: Nanonets-OCR
        elif tag in _KINDS or tag in _BREAKS:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._math is not None:
            self._math.tex.append(data)
        elif self._table is not None:
            self._table.add(data)
        elif self._is_code:
            self._text.add_as_is(data)
        else:
            self._text.add(data)

    def _begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "br":
            self._text.line_break()
        elif tag == "a":
            self._text.begin_link(attributes.get("href"))
        elif tag == "input" and attributes.get("type") == "checkbox":
            self._text.add("☑ " if "checked" in attributes else "☐ ")
        elif tag == "img":
            self._flush()
            if alt := (attributes.get("alt") or "").strip():
                self._pieces.append(Piece(BlockKind.PICTURE, alt))
        elif tag in _LISTS:
            self._flush()
            self._lists.append(_first_number(attributes) if tag == "ol" else None)
        elif tag in _KINDS or tag in _BREAKS:
            self._flush()
            self._open.append(self._opened(tag))

    def _opened(self, tag: str) -> _Open:
        """Paragraphs and divisions inside something else are part of it."""
        if tag == "li":
            return _Open(tag, BlockKind.LIST_ITEM, max(1, len(self._lists)), self._next_marker())
        if tag == "p" or tag in _BREAKS:
            outer = self._open[-1] if self._open else _Open(tag)
            marker, outer.marker = outer.marker, None
            return _Open(tag, outer.kind, outer.level, marker)
        return _Open(tag, _KINDS[tag], _HEADINGS.get(tag))

    def _end(self, tag: str) -> None:
        self._flush()
        for place in reversed(range(len(self._open))):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "•"
        self._lists[-1] = number + 1
        return f"{number}."

    @property
    def _is_code(self) -> bool:
        return any(opened.kind is BlockKind.CODE for opened in self._open)

    def _flush(self, kind: BlockKind | None = None) -> None:
        """The text so far is a piece."""
        now = self._open[-1] if self._open else _Open("")
        text, links = self._text.text, self._text.links
        if self._lone_math and text == f"${self._lone_math}$" and now.kind is BlockKind.PARAGRAPH:
            self._pieces.append(Piece(BlockKind.FORMULA, self._lone_math))
        elif text.strip():
            self._pieces.append(Piece(kind or now.kind, text, now.level, now.marker, links))
            now.marker = None
        self._text, self._lone_math = RunningText(), ""

    # --- tables
    def _begin_table(self) -> None:
        """A table in a cell is taken as text of that cell."""
        self._tables += 1
        if self._table is None:
            self._flush()
            self._table = TableRows()

    def _in_table(self, table: TableRows, tag: str, attributes: Attributes) -> None:
        if self._tables == 1 and tag in _IN_TABLE:
            table.start(tag, attributes)
        elif tag in ("br", "p", "li", "div", "tr"):
            table.line_break()
        elif tag in ("td", "th"):
            table.add(" ")

    def _end_table(self) -> None:
        self._tables = max(0, self._tables - 1)
        if self._table is not None and not self._tables:
            if (grid := self._table.grid()) is not None:
                self._pieces.append(Piece(BlockKind.TABLE, table=grid))
            elif self._table.caption:
                self._pieces.append(Piece(BlockKind.CAPTION, self._table.caption))
            self._table = None

    # --- formulas: LaTeX, $…$ where it stands in a line
    def _begin_math(self, tag: str, attributes: Attributes) -> None:
        classes = (attributes.get("class") or "").split()
        is_block = attributes.get("display") == "block" or "block" in classes or "amsmath" in classes
        self._math = _Math(is_block and self._table is None, tag)

    def _end_math(self) -> None:
        math, self._math = self._math, None
        tex = "".join(math.tex).strip() if math else ""
        if not math or not tex:
            return
        if math.is_block:
            self._flush()
            self._pieces.append(Piece(BlockKind.FORMULA, tex))
            return
        tex = " ".join(tex.split())
        self._lone_math = tex
        (self._table or self._text).add(f"${tex}$")


def _first_number(attributes: Attributes) -> int:
    text = (attributes.get("start") or "1").strip()
    return int(text[:9]) if text.isdecimal() else 1
