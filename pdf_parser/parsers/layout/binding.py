"""What was found on an upright page becomes blocks and tables of the page as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pdf_parser.domain.document import Block, BlockKind, block_id, table_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.table import Table
from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.links import find_links
from pdf_parser.parsers.layout.placed import PlacedPicture, PlacedTable
from pdf_parser.parsers.layout.tables.text import is_leader
from pdf_parser.parsers.layout.textblock import Rect, TextBlock
from pdf_parser.parsers.layout.turn import Turn

CAPTION_BEGIN = 20  # characters that tell captions apart


@dataclass
class PageMaker:
    """`content` is the page upright, `turn` what brought it there."""

    content: PageContent
    turn: Turn
    page: int
    parser: str
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def add(self, items: Sequence[TextBlock | PlacedTable | PlacedPicture]) -> None:
        for item in items:
            self.blocks.append(self._block(item))
        captions = [block.text for block in self.blocks if block.kind is BlockKind.CAPTION]
        self.tables = [_with_caption(table, captions) for table in self.tables]

    def _block(self, item: TextBlock | PlacedTable | PlacedPicture) -> Block:
        if isinstance(item, PlacedPicture):
            return self._picture(item)
        return self._text(item) if isinstance(item, TextBlock) else self._table(item)

    def _text(self, item: TextBlock) -> Block:
        text, spans = item.joined
        return Block(
            id=self._next_id(),
            kind=item.kind,
            page=self.page,
            bbox=self._box(item.rect),
            text=text,
            level=item.depth,
            marker=item.marker,
            links=find_links(spans, item.rect, self.content.links),
            style=item.style,
            parser=self.parser,
        )

    def _table(self, item: PlacedTable) -> Block:
        id, box = table_id(self.page, len(self.tables) + 1), self._box(item.rect)
        table = item.found.to_table(self.content, id, self.page, self.parser)
        self.tables.append(table.model_copy(update={"bbox": box}))
        return Block(
            id=self._next_id(),
            kind=BlockKind.TABLE,
            page=self.page,
            bbox=box,
            text=self._leaders(item),
            table_id=id,
            parser=self.parser,
        )

    def _leaders(self, item: PlacedTable) -> str:
        """Dots that lead through a table are white to the eye and in no cell; they are kept, as all text is."""
        texts = (self.content.words[i].text for i in sorted(item.found.words))
        return " ".join(filter(is_leader, texts))

    def _picture(self, item: PlacedPicture) -> Block:
        text, spans = item.joined
        return Block(
            id=self._next_id(),
            kind=BlockKind.PICTURE,
            page=self.page,
            bbox=self._box(item.rect),
            text=text,
            links=find_links(spans, item.rect, self.content.links),
            parser=self.parser,
        )

    def _next_id(self) -> str:
        return block_id(self.page, len(self.blocks) + 1)

    def _box(self, rect: Rect) -> BBox:
        x0, y0, x1, y1 = self.turn.back.box(rect)
        return BBox(x0=x0, y0=y0, x1=x1, y1=y1).clip(self.turn.width, self.turn.height)

    @property
    def has_text(self) -> bool:
        return any(block.kind is not BlockKind.PICTURE or block.text for block in self.blocks)

    @property
    def chars(self) -> int:
        return sum(len(b.text) for b in self.blocks) + sum(len(c.text) for t in self.tables for c in t.cells)


def _with_caption(table: Table, captions: Sequence[str]) -> Table:
    """A caption that is also a block is worded as there, so that both are known to be one."""
    if table.caption is None:
        return table
    begin = "".join(table.caption.split())[:CAPTION_BEGIN]
    same = next((text for text in captions if "".join(text.split()).startswith(begin)), table.caption)
    return table.model_copy(update={"caption": same})
