"""Where the layout model sees figures on a page of the built-in parser; asked only where much is drawn."""

from __future__ import annotations

import pypdfium2 as pdfium

from pdf_parser.parsers.layout.content import PageContent, Region
from pdf_parser.parsers.layout_model import HEIGHT, LayoutModel, RegionLabel
from pdf_parser.utils.render import PageCamera, View

MUCH_DRAWN = 12  # rules, boxes, curves and images; fewer are frames and underlines
LEAST_SCORE = 0.6


def is_unclear(content: PageContent) -> bool:
    """Whether so much is drawn that it may be a figure, a table or both."""
    return len(content.rules) + len(content.boxes) + len(content.strokes) + len(content.pictures) >= MUCH_DRAWN


def figure_regions(document: pdfium.PdfDocument, position: int, model: LayoutModel) -> list[Region]:
    """In points of the page, `position` 1-based."""
    with PageCamera(document, position) as camera:
        scale = HEIGHT / max(camera.height, camera.width)
        (regions,) = model.predict([camera.draw(View(camera.width, camera.height, scale))])
    return [
        Region(r.box.x0 / scale, r.box.y0 / scale, r.box.x1 / scale, r.box.y1 / scale)
        for r in regions
        if r.label is RegionLabel.FIGURE and r.score >= LEAST_SCORE
    ]
