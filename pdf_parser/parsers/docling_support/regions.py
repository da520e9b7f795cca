"""What the layout model of the wheel leaves to the text layer: it knows no list items, takes neighbouring paragraphs
for one and, at times, tables and whole pages of text for a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.page import text_blocks
from pdf_parser.parsers.layout.tables.find import find_tables
from pdf_parser.parsers.layout_model import LayoutRegion, RegionLabel

LOOSE = (RegionLabel.TEXT, RegionLabel.REFERENCE)
FULL_OF_TEXT = 0.08  # of a figure's area that words cover: the labels of charts and drawings cover less
FEW_WORDS = 15  # too few to tell
CERTAIN = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """What docling shall take for one block; `score` 0..1, points, origin top-left."""

    kind: BlockKind
    score: float
    box: BBox


KINDS = {
    RegionLabel.TEXT: BlockKind.PARAGRAPH,
    RegionLabel.REFERENCE: BlockKind.PARAGRAPH,
    RegionLabel.TITLE: BlockKind.HEADING,
    RegionLabel.FIGURE: BlockKind.PICTURE,
    RegionLabel.FIGURE_CAPTION: BlockKind.CAPTION,
    RegionLabel.TABLE: BlockKind.TABLE,
    RegionLabel.TABLE_CAPTION: BlockKind.CAPTION,
    RegionLabel.HEADER: BlockKind.PAGE_HEADER,
    RegionLabel.FOOTER: BlockKind.PAGE_FOOTER,
    RegionLabel.EQUATION: BlockKind.FORMULA,
}


def page_parts(regions: Sequence[LayoutRegion], content: PageContent) -> list[Part]:
    """`regions` in points. Every word of the page lies in some part; without words the regions are all there is."""
    if not content.words:
        return [Part(KINDS[region.label], region.score, region.box) for region in regions]
    sure = [region for region in regions if region.label not in (*LOOSE, RegionLabel.FIGURE)]
    parts = [Part(KINDS[region.label], region.score, region.box) for region in sure]
    left = _without(content, parts)
    for region in regions:
        if region.label is RegionLabel.FIGURE:
            parts += _figure(region, left)
            left = _without(left, parts)
    return [*parts, *_texts(regions, left)]


def _figure(region: LayoutRegion, content: PageContent) -> list[Part]:
    """The figure, unless it is full of words: then the tables in it. What else it holds is left to be read as text."""
    held = [word for word in content.words if _holds(region.box, word)]
    tables = list(_tables(region, content)) if len(held) >= FEW_WORDS else []
    in_tables = sum(any(_holds(table.box, word) for table in tables) for word in held)
    covered = sum((word.x1 - word.x0) * word.height for word in held)
    is_text = len(held) >= FEW_WORDS and covered >= FULL_OF_TEXT * region.box.width * region.box.height
    if is_text or 2 * in_tables > len(held):
        return tables
    return [Part(BlockKind.PICTURE, region.score, region.box)]


def _without(content: PageContent, parts: Sequence[Part]) -> PageContent:
    words = [word for word in content.words if not any(_holds(part.box, word) for part in parts)]
    return replace(content, words=words)


def _tables(region: LayoutRegion, content: PageContent) -> Iterator[Part]:
    """Tables that stand in the region for the most part, each as large as its words need it."""
    for table in find_tables(content):
        words = [content.words[i] for i in table.words]
        if 2 * sum(_holds(region.box, word) for word in words) > len(words):
            x0, y0 = min(w.x0 for w in words), min(w.y0 for w in words)
            x1, y1 = max(w.x1 for w in words), max(w.y1 for w in words)
            yield Part(BlockKind.TABLE, region.score, BBox(x0=x0, y0=y0, x1=x1, y1=y1))


def _texts(regions: Sequence[LayoutRegion], content: PageContent) -> Iterator[Part]:
    """The blocks of each region of text, then those of the words that are in none."""
    for region in regions:
        if region.label in LOOSE:
            inside = [word for word in content.words if _holds(region.box, word)]
            content = replace(content, words=[word for word in content.words if not _holds(region.box, word)])
            yield from _blocks(content, inside, region.score)
    yield from _blocks(content, content.words, CERTAIN)


def _blocks(content: PageContent, words: Sequence[Word], score: float) -> Iterator[Part]:
    for block in text_blocks(content, words):
        x0, y0, x1, y1 = block.rect
        kind = block.kind if block.kind is BlockKind.LIST_ITEM else BlockKind.PARAGRAPH
        yield Part(kind, score, BBox(x0=x0, y0=y0, x1=x1, y1=y1))


def _holds(box: BBox, word: Word) -> bool:
    return box.x0 <= (word.x0 + word.x1) / 2 <= box.x1 and box.y0 <= (word.y0 + word.y1) / 2 <= box.y1
