"""From one page of docling to ours: its items in reading order become blocks, its cell grids tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docling_core.types.doc import (
    BoundingBox,
    DocItem,
    DoclingDocument,
    ListItem,
    NodeItem,
    PictureItem,
    RefItem,
    TableItem,
    TextItem,
)

from pdf_parser.domain.document import Block, BlockKind, Link, TextStyle, block_id, table_id
from pdf_parser.domain.geometry import BBox, union
from pdf_parser.domain.table import Table
from pdf_parser.parsers.docling_support.grid import grid_cells
from pdf_parser.parsers.layout.content import Line, Word
from pdf_parser.parsers.layout.textblock import TextBlock

KINDS = {
    "title": BlockKind.HEADING,
    "section_header": BlockKind.HEADING,
    "list_item": BlockKind.LIST_ITEM,
    "caption": BlockKind.CAPTION,
    "page_header": BlockKind.PAGE_HEADER,
    "page_footer": BlockKind.PAGE_FOOTER,
    "footnote": BlockKind.FOOTNOTE,
    "code": BlockKind.CODE,
    "formula": BlockKind.FORMULA,
}


@dataclass
class PageBuilder:
    """Sizes in points; `page` is the absolute number; `words` of the text layer tell the type of a block."""

    document: DoclingDocument
    page: int
    width: float
    height: float
    parser: str
    words: Sequence[Word] = ()
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def build(self) -> None:
        for item in _items(self.document.body, self.document):
            if isinstance(item, TableItem):
                self._add_table(item)
            elif isinstance(item, PictureItem):
                self._add(BlockKind.PICTURE, self._box(item))
            elif isinstance(item, TextItem):
                self._add_text(item)

    @property
    def chars(self) -> int:
        return sum(len(b.text) for b in self.blocks) + sum(len(c.text) for t in self.tables for c in t.cells)

    def _add_text(self, item: TextItem) -> None:
        text = item.text or item.orig
        if not text.strip():
            return
        kind = KINDS.get(item.label.value, BlockKind.PARAGRAPH)
        uri = str(item.hyperlink or "")
        box = self._box(item)
        self._add(
            kind,
            box,
            text=text,
            style=self._style(box),
            marker=item.marker if isinstance(item, ListItem) else None,
            links=(Link(start=0, end=len(text), uri=uri),) if ":" in uri else (),
        )

    def _add_table(self, item: TableItem) -> None:
        cells, n_rows, n_cols = grid_cells(item.data)
        id, box = table_id(self.page, len(self.tables) + 1), self._box(item)
        self.tables.append(
            Table(
                id=id,
                page=self.page,
                bbox=box,
                n_rows=n_rows,
                n_cols=n_cols,
                cells=cells,
                caption=item.caption_text(self.document) or None,
                parser=self.parser,
            )
        )
        self._add(BlockKind.TABLE, box, table_id=id)

    def _add(self, kind: BlockKind, box: BBox, **more: object) -> None:
        number = len(self.blocks) + 1
        block = Block(id=block_id(self.page, number), kind=kind, page=self.page, bbox=box, parser=self.parser)
        self.blocks.append(block.model_copy(update=more))

    def _style(self, box: BBox) -> TextStyle | None:
        held = [
            w for w in self.words if box.x0 <= (w.x0 + w.x1) / 2 <= box.x1 and box.y0 <= (w.y0 + w.y1) / 2 <= box.y1
        ]
        return TextBlock(BlockKind.PARAGRAPH, [Line(held)]).style if held else None

    def _box(self, item: DocItem) -> BBox:
        """An item that goes on in the next column has several places."""
        boxes = [_top_left(place.bbox, self.height) for place in item.prov]
        if not boxes:
            return BBox(x0=0, y0=0, x1=self.width, y1=self.height)
        return union(boxes).clip(self.width, self.height)


def _items(node: NodeItem, document: DoclingDocument) -> Iterator[DocItem]:
    """All below a node that has a text or a place, captions where they are seen.

    Text inside a picture counts: models mistake tables and text for pictures. That inside a table is in its cells,
    unless it has none.
    """
    for child in _resolved(node.children, document):
        if isinstance(child, (TableItem, PictureItem)):
            yield from _with_captions(child, document)
        else:
            if isinstance(child, DocItem):
                yield child
            yield from _items(child, document)


def _with_captions(item: TableItem | PictureItem, document: DoclingDocument) -> Iterator[DocItem]:
    beside = _resolved([*item.captions, *item.footnotes], document)
    above = [text for text in beside if _top(text) > _top(item)]
    has_cells = isinstance(item, TableItem) and any(cell.text for cell in item.data.table_cells)
    yield from above
    if has_cells or isinstance(item, PictureItem):
        yield item
    if not has_cells:
        yield from _items_inside(item, document)
    yield from (text for text in beside if text not in above)


def _items_inside(item: DocItem, document: DoclingDocument) -> Iterator[DocItem]:
    known = {reference.cref for reference in (*item.captions, *item.footnotes)}
    for child in _resolved([reference for reference in item.children if reference.cref not in known], document):
        if isinstance(child, DocItem):
            yield child
        yield from _items(child, document)


def _resolved(references: Sequence[RefItem], document: DoclingDocument) -> list[NodeItem]:
    return [reference.resolve(document) for reference in references]


def _top(item: DocItem) -> float:
    """Upwards from the bottom of the page."""
    return float(item.prov[0].bbox.t) if item.prov else 0.0


def _top_left(box: BoundingBox, height: float) -> BBox:
    box = box.to_top_left_origin(height)
    return BBox(x0=box.l, y0=box.t, x1=box.r, y1=box.b)
