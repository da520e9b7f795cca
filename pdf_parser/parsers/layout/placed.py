"""A table or a picture among the text blocks: what the reading order and the page need to know about it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pdf_parser.domain.table import Table
from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.joining import Span
from pdf_parser.parsers.layout.textblock import Rect, TextBlock


class FoundCell(Protocol):
    @property
    def text(self) -> str: ...


class FoundTable(Protocol):
    """`words` are indices into `PageContent.words`; points, origin top-left, y down."""

    @property
    def x0(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y1(self) -> float: ...
    @property
    def cells(self) -> Sequence[FoundCell]: ...
    @property
    def words(self) -> Set[int]: ...

    def to_table(self, content: PageContent, table_id: str, page: int, parser: str) -> Table: ...


@dataclass
class PlacedTable:
    found: FoundTable

    @property
    def rect(self) -> Rect:
        return self.found.x0, self.found.y0, self.found.x1, self.found.y1

    @cached_property
    def rank(self) -> int:
        """A word's rank is its place in the page's words, by which the table names its own."""
        return min(self.found.words, default=0)

    @cached_property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.found.cells)

    @property
    def trace(self) -> Sequence[tuple[int, Rect]]:
        return [(self.rank, self.rect)]


@dataclass(frozen=True)
class PlacedPicture:
    """`labels` are the texts that belong to it, in reading order."""

    rect: Rect
    labels: Sequence[TextBlock] = ()

    @property
    def joined(self) -> tuple[str, list[Span]]:
        """Text of all labels, and the words with their offsets in it."""
        text = ""
        spans: list[Span] = []
        for block in self.labels:
            text += " " * bool(text) + f"{block.marker} " * bool(block.marker)
            said, words = block.joined
            spans += [(word, len(text) + start, len(text) + end) for word, start, end in words]
            text += said
        return text, spans
