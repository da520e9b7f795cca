"""Pictures of a page as PNG files, cut out of the rendered page, whichever parser has found them.

Cutting them out of the rendering, not out of the file, gives what a reader sees: drawings, masks and overlays included.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pypdfium2 as pdfium
from loguru import logger

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.errors import PdfParserError
from pdf_parser.settings import Settings
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, stream
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.png import png

_POINTS_PER_INCH = 72
_MAX_PIXELS = 16_000_000  # 48 MB; a larger picture gets fewer dots per inch
_LEAST_POINTS = 8.0  # smaller ones are bullets and ornaments


def page_figures(pdf: Path, position: int, page: Page, settings: Settings) -> Iterator[tuple[Block, bytes]]:
    """(picture block, PNG) in the order of the page, made in a child process; `position` of the page is 1-based.

    A picture that cannot be drawn ends it: the page is as good as before, it only lacks images. The log tells why.
    """
    pictures = [block for block in page.blocks if block.kind is BlockKind.PICTURE and _is_visible(_on(page, block))]
    if not pictures:
        return
    limits = Limits(memory_bytes=int(settings.parser_memory_bytes), silence_s=settings.page_timeout_s)
    boxes = [_on(page, block) for block in pictures]
    try:
        images = stream(partial(_cut, pdf, position, boxes, settings.figure_dpi), limits)
        yield from zip(pictures, images, strict=True)
    except (ChildDied, ChildSilent, PdfParserError) as exc:
        logger.warning("pictures of page {} cannot be drawn: {}", page.page, str(exc) or "no answer")


def _on(page: Page, block: Block) -> BBox:
    return block.bbox.clip(page.width, page.height)


def _is_visible(box: BBox) -> bool:
    return box.width >= _LEAST_POINTS and box.height >= _LEAST_POINTS


def _cut(pdf: Path, position: int, boxes: Sequence[BBox], dpi: int) -> Iterator[bytes]:
    with open_pdf(pdf) as document:
        page = document[position - 1]
        try:
            yield from (_draw(page, box, dpi) for box in boxes)
        finally:
            page.close()


def _draw(page: pdfium.PdfPage, box: BBox, dpi: int) -> bytes:
    width, height = page.get_size()
    scale = min(dpi / _POINTS_PER_INCH, math.sqrt(_MAX_PIXELS / (box.width * box.height)))
    left, bottom, right, top = box.x0, height - box.y1, width - box.x1, box.y0
    crop = tuple(max(0.0, margin) for margin in (left, bottom, right, top))
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, may_draw_forms=False)
    try:
        return png(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, scale * _POINTS_PER_INCH)
    finally:
        bitmap.close()
