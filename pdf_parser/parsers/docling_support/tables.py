"""Docling's table stage on our own table code: words and rules of a digital page as PDFium reads them, else OCR's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import ClassVar

from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.base_models import Cluster, Page, Table, TableStructurePrediction
from docling.datamodel.document import ConversionResult
from docling.datamodel.pipeline_options import BaseTableStructureOptions
from docling.models.base_layout_model import TABLE_LABELS
from docling.models.base_table_model import BaseTableStructureModel
from docling_core.types.doc import BoundingBox, CoordOrigin, DocItemLabel, TableCell
from docling_core.types.doc.page import BoundingRectangle, TextCell

from pdf_parser.parsers.docling_support.textlayer import page_content
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.tables.find import inside
from pdf_parser.parsers.layout.tables.found import FoundCell, Item
from pdf_parser.parsers.layout.tables.region import table_in_region
from pdf_parser.parsers.layout.tables.stacks import Box
from pdf_parser.parsers.layout.tables.text import line_text, visual_lines


class OwnTablesOptions(BaseTableStructureOptions):
    kind: ClassVar[str] = "pdf_parser_tables"


class OwnTables(BaseTableStructureModel):
    def __init__(
        self,
        enabled: bool,
        artifacts_path: Path | None,
        options: OwnTablesOptions,
        accelerator_options: AcceleratorOptions,
        enable_remote_services: bool = False,
    ) -> None:
        self.enabled = enabled
        self.options = options

    @classmethod
    def get_options_type(cls) -> type[OwnTablesOptions]:
        return OwnTablesOptions

    def predict_tables(self, conv_res: ConversionResult, pages: Sequence[Page]) -> list[TableStructurePrediction]:
        return [self._predict(page, conv_res.input.file) for page in pages]

    def _predict(self, page: Page, pdf: PurePath) -> TableStructurePrediction:
        prediction = TableStructurePrediction()
        regions = [cluster for cluster in page.predictions.layout.clusters if cluster.label in TABLE_LABELS]
        if regions:
            content = _content(page, pdf)
            for cluster in regions:
                prediction.table_map[cluster.id] = self._table(page, cluster, content)
        return prediction

    def _table(self, page: Page, cluster: Cluster, content: PageContent) -> Table:
        """Words of the region that are in no cell become text of the page: no word is lost."""
        own = _without_words_of_others(page, cluster, content)
        found = table_in_region(own, _box(cluster.bbox))
        if found is not None:
            rest = [it for it in inside(list(enumerate(own.words)), _box(cluster.bbox)) if it[0] not in found.words]
            page.predictions.layout.clusters.extend(_as_text(page, rest))
        return Table(
            otsl_seq=[],
            table_cells=[] if found is None else [_cell(cell, own) for cell in found.cells],
            num_rows=0 if found is None else found.n_rows,
            num_cols=0 if found is None else found.n_cols,
            id=cluster.id,
            page_no=page.page_no,
            cluster=cluster,
            label=cluster.label,
        )


def _content(page: Page, pdf: PurePath) -> PageContent:
    if any(cell.from_ocr for cell in page.cells):
        return PageContent(page.size.width, page.size.height, list(_ocr_words(page.cells)))
    return page_content(pdf, page.page_no)


def _ocr_words(cells: Iterable[TextCell]) -> Iterator[Word]:
    """OCR tells the box of a line: its words share it by their length."""
    for cell in cells:
        box = cell.rect.to_bounding_box()
        per_char = box.width / max(1, len(cell.text))
        at = 0
        for text in cell.text.split():
            at = cell.text.index(text, at)
            x = box.l + at * per_char
            yield Word(text, x, box.t, x + len(text) * per_char, box.b, box.b - box.t)
            at += len(text)


def _without_words_of_others(page: Page, cluster: Cluster, content: PageContent) -> PageContent:
    """Without what stands in the region but belongs to a block beside the table, such as its caption."""
    others = [c for c in page.predictions.layout.clusters if c.id != cluster.id and c.cells and not c.children]
    taken = {i for c in others for i, _ in inside(list(enumerate(content.words)), _box(c.bbox))}
    words = [word for i, word in enumerate(content.words) if i not in taken]
    return PageContent(content.width, content.height, words, content.rules, boxes=content.boxes)


def _cell(cell: FoundCell, content: PageContent) -> TableCell:
    words = [content.words[i] for i in cell.words]
    return TableCell(
        bbox=_union(words) if words else None,
        row_span=cell.row_span,
        col_span=cell.col_span,
        start_row_offset_idx=cell.row,
        end_row_offset_idx=cell.row + cell.row_span,
        start_col_offset_idx=cell.col,
        end_col_offset_idx=cell.col + cell.col_span,
        text=cell.text,
        column_header=cell.is_header,
    )


def _as_text(page: Page, items: Sequence[Item]) -> Iterator[Cluster]:
    first = 1 + max(cluster.id for cluster in page.predictions.layout.clusters)
    for number, line in enumerate(visual_lines(items)):
        box, text = _union([word for _, word in line]), line_text(line)
        cell = TextCell(
            index=len(page.cells) + number,
            rect=BoundingRectangle.from_bounding_box(box),
            text=text,
            orig=text,
            from_ocr=False,
        )
        yield Cluster(id=first + number, label=DocItemLabel.TEXT, bbox=box, cells=[cell])


def _box(box: BoundingBox) -> Box:
    return box.l, box.t, box.r, box.b


def _union(words: Sequence[Word]) -> BoundingBox:
    return BoundingBox(
        l=min(w.x0 for w in words),
        t=min(w.y0 for w in words),
        r=max(w.x1 for w in words),
        b=max(w.y1 for w in words),
        coord_origin=CoordOrigin.TOPLEFT,
    )
