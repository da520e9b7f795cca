"""A found table among the blocks of its page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Cell, Table
from pdf_parser.parsers.layout.binding import PageMaker
from pdf_parser.parsers.layout.blocks import group_blocks
from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.order import reading_order
from pdf_parser.parsers.layout.placed import PlacedTable
from pdf_parser.parsers.layout.textblock import TextBlock
from pdf_parser.parsers.layout.turn import Turn
from tests.typeset import LOREM, words, wrapped


@dataclass(frozen=True)
class Found:
    """One cell at (x0, y0, x1, y1) of a page whose words do not matter."""

    x0: float = 50
    y0: float = 200
    x1: float = 300
    y1: float = 260
    cells: tuple[Cell, ...] = (Cell(row=0, col=0, text="12"),)
    words: frozenset[int] = frozenset()
    caption: str | None = None

    def to_table(self, content: PageContent, table_id: str, page: int, parser: str) -> Table:
        box = BBox(x0=self.x0, y0=self.y0, x1=self.x1, y1=self.y1)
        return Table(
            id=table_id, page=page, bbox=box, n_rows=1, n_cols=1, cells=self.cells, caption=self.caption, parser=parser
        )


def text(y: float, content: str = LOREM) -> TextBlock:
    lines = [words(line, 50, y + 12 * i) for i, line in enumerate(wrapped(content, 60)[:3])]
    return group_blocks(group_lines([word for line in lines for word in line]))[0]


def maker(quarters: int = 0) -> PageMaker:
    turn = Turn(quarters, 600, 800)
    return PageMaker(PageContent(*turn.size), turn, 7, "pdfium")


def test_a_table_stands_where_its_place_is_whenever_it_was_written():
    above, below = text(100), text(300)
    for rank, word in enumerate([w for block in (below, above) for line in block.lines for w in line.words], start=1):
        word.rank = rank
    table = PlacedTable(Found())
    items: list[TextBlock | PlacedTable] = [below, table, above]
    assert reading_order(items, 800) == [above, table, below]


def test_a_table_is_a_block_and_a_table_with_one_name():
    made = maker()
    made.add([text(100), PlacedTable(Found())])
    assert [block.table_id for block in made.blocks] == [None, "t0007-01"]
    assert made.tables[0].id == "t0007-01"
    assert made.chars == len(made.blocks[0].text) + 2


@pytest.mark.parametrize(
    ("quarters", "box"), [(0, (50, 200, 300, 260)), (1, (340, 50, 400, 300)), (2, (300, 540, 550, 600))]
)
def test_boxes_are_turned_back(quarters, box):
    made = maker(quarters)
    made.add([PlacedTable(Found())])
    found = made.blocks[0].bbox
    assert (found.x0, found.y0, found.x1, found.y1) == box and made.tables[0].bbox == found


def test_a_caption_that_is_a_block_too_is_worded_as_there():
    made = maker()
    made.add(
        [
            text(100, "Table 2: Results of all runs in the year"),
            PlacedTable(Found(caption="Table 2: Results of all runs")),
        ]
    )
    assert made.blocks[0].kind is BlockKind.CAPTION
    assert made.tables[0].caption == made.blocks[0].text
