"""From what was read in a picture to a page: words in points for the layout code, boxes back where the page has them.

The layout code sees the page upright and level, as the reader did; the finished boxes are turned back, so that they
lie on the page as the PDF shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.ocr.chains import order_lines
from pdf_parser.parsers.ocr.engine import OcrWord, mean_confidence
from pdf_parser.parsers.ocr.reader import Reading
from pdf_parser.parsers.ocr.rulings import find_rules
from pdf_parser.parsers.ocr.sizes import InkLine, measure_lines
from pdf_parser.utils.render import View


def page_content(reading: Reading) -> PageContent:
    """Words and ruling lines in points of the upright page."""
    lines = order_lines(measure_lines(reading.words, reading.image), reading.view.scale)
    words = [word for line in lines for word in _words(line, reading.view.scale)]
    rules = find_rules(reading.image, reading.view.scale)
    return PageContent(reading.view.width, reading.view.height, words, rules)


def _words(line: InkLine, scale: float) -> Iterator[Word]:
    size = round(line.size / scale, 1)
    for word in line.words:
        yield Word(word.text, word.x0 / scale, line.y0 / scale, word.x1 / scale, line.y1 / scale, size)


def placed_on_page(page: Page, reading: Reading) -> Page:
    """The upright page with the size and the boxes that it has in the PDF; blocks know how surely they were read."""
    view = reading.view
    return page.model_copy(
        update={
            "width": view.page_width,
            "height": view.page_height,
            "blocks": tuple(_placed(block, reading) for block in page.blocks),
            "tables": tuple(table.model_copy(update={"bbox": view.to_page(table.bbox)}) for table in page.tables),
        }
    )


def _placed(block: Block, reading: Reading) -> Block:
    inside = _words_inside(block.bbox, reading.words, reading.view)
    confidence = round(mean_confidence(inside), 3) if inside else None
    return block.model_copy(update={"bbox": reading.view.to_page(block.bbox), "confidence": confidence})


def _words_inside(box: BBox, words: Sequence[OcrWord], view: View) -> list[OcrWord]:
    """The words whose middle lies in an upright box."""
    x0, y0, x1, y1 = (edge * view.scale for edge in (box.x0, box.y0, box.x1, box.y1))
    return [w for w in words if x0 <= (w.x0 + w.x1) / 2 <= x1 and y0 <= (w.y0 + w.y1) / 2 <= y1]
