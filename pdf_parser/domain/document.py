"""What a parser gives back: Pages of Blocks in reading order, with their Tables and their row of the ledger."""

from __future__ import annotations

from enum import Enum

from pydantic import PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord
from pdf_parser.domain.table import Table


class BlockKind(str, Enum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    PICTURE = "picture"
    CAPTION = "caption"
    PAGE_HEADER = "page_header"
    PAGE_FOOTER = "page_footer"
    FOOTNOTE = "footnote"
    CODE = "code"
    FORMULA = "formula"


class TextStyle(Model):
    """The type that most of a block's characters are set in, `bold` nearly all; `size` in points as seen."""

    size: float
    bold: bool = False
    italic: bool = False
    font: str = ""


class Link(Model):
    """A piece of a block's text, by character offsets, that points to a URI."""

    start: int
    end: int
    uri: str


class Block(Model):
    """`id` is unique in the document ("b0012-003": page 12, third block); `level` 1..6 for headings.

    `text` of a picture is its labels, that of a table what stands in no cell: the dots that lead through it.

    `figure` names the image of a picture: until it is merged in the run's folder of figures, then in the result.
    """

    id: str
    kind: BlockKind
    page: PositiveInt
    bbox: BBox
    text: str = ""
    level: int | None = None
    marker: str | None = None
    table_id: str | None = None
    figure: str | None = None
    heading_path: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    style: TextStyle | None = None
    parser: str
    confidence: float | None = None


class Page(Model):
    """One finished page: the unit that is stored, retried and merged. Blocks are in reading order."""

    page: PositiveInt
    width: float
    height: float
    rotation: int = 0
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    record: PageRecord

    def table(self, table_id: str) -> Table:
        return next(t for t in self.tables if t.id == table_id)


def block_id(page: int, index: int) -> str:
    """`index` counts from 1 in reading order."""
    return f"b{page:04d}-{index:03d}"


def table_id(page: int, index: int) -> str:
    return f"t{page:04d}-{index:02d}"
