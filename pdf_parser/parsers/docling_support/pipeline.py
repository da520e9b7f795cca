"""Docling's StandardPdfPipeline on some pages of a file: gives one DoclingDocument a page, and errors as raised.

Docling itself joins a paragraph over two pages into one item and turns errors of its stages into messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docling.backend.docling_parse_backend import ThreadedDoclingParseDocumentBackend
from docling.backend.pypdfium2_backend import PyPdfiumDocumentBackend
from docling.datamodel.backend_options import PdfBackendOptions, ThreadedDoclingParseBackendOptions
from docling.datamodel.base_models import AssembledUnit, InputFormat, Page
from docling.datamodel.document import ConversionResult, InputDocument
from docling.datamodel.pipeline_options import OcrMode, ThreadedPdfPipelineOptions
from docling.datamodel.settings import DocumentLimits
from docling.pipeline.standard_pdf_pipeline import ProcessingResult, StandardPdfPipeline
from docling_core.types.doc import DoclingDocument

from pdf_parser.errors import ParseFailed


@dataclass(frozen=True)
class Reading:
    """One page; sizes in points, `confidence` 0..1 of its layout or, where it was read by OCR, of the letters."""

    document: DoclingDocument
    width: float
    height: float
    confidence: float | None


class PagePipeline(StandardPdfPipeline):
    """`errors` of the last run, by page number in the file."""

    def __init__(self, options: ThreadedPdfPipelineOptions) -> None:
        self.errors: dict[int, Exception] = {}
        self._documents: dict[int, DoclingDocument] = {}
        super().__init__(options)

    @property
    def batch_size(self) -> int:
        """Pages that a model looks at in one go; may be changed between runs."""
        return int(self.pipeline_options.layout_batch_size)

    @batch_size.setter
    def batch_size(self, pages: int) -> None:
        for stage in ("layout", "ocr", "table"):
            setattr(self.pipeline_options, f"{stage}_batch_size", pages)

    def read(self, pdf: Path, first: int, last: int, ocr: bool) -> dict[int, Reading]:
        """By page number in the file; what is missing is in `errors`. With `ocr` the text layer is not looked at."""
        self.errors, self._documents = {}, {}
        self.ocr_model.enabled = ocr
        self.ocr_model.options.mode = OcrMode.FULL_PAGE
        result = self.execute(_opened(pdf, first, last, ocr), raises_on_error=True)
        return {page.page_no: self._reading(page, result, ocr) for page in result.pages}

    def _reading(self, page: Page, result: ConversionResult, ocr: bool) -> Reading:
        scores = result.confidence.pages[page.page_no]
        score = scores.ocr_score if ocr else scores.layout_score
        known = None if score != score else round(float(score), 3)  # NaN where nothing was scored
        return Reading(self._documents[page.page_no], page.size.width, page.size.height, known)

    def _integrate_results(
        self, conv_res: ConversionResult, proc: ProcessingResult, timeout_exceeded: bool = False
    ) -> None:
        self.errors = {page_no: error for page_no, error, _ in proc.failed_pages}
        super()._integrate_results(conv_res, proc, timeout_exceeded)

    def _assemble_document(self, conv_res: ConversionResult) -> ConversionResult:
        pages = conv_res.pages
        for page in pages:
            conv_res.pages = [page]
            conv_res.assembled = page.assembled or AssembledUnit()
            self._documents[page.page_no] = self.reading_order_model(conv_res)
        conv_res.pages = pages
        return conv_res


def _opened(pdf: Path, first: int, last: int, ocr: bool) -> InputDocument:
    """For OCR as PDFium draws it: docling-parse may draw the letters that a font without an outline is said to have,
    which is just what cannot be trusted."""
    document = InputDocument(
        path_or_stream=pdf,
        format=InputFormat.PDF,
        backend=PyPdfiumDocumentBackend if ocr else ThreadedDoclingParseDocumentBackend,
        backend_options=PdfBackendOptions() if ocr else ThreadedDoclingParseBackendOptions(parser_threads=1),
        limits=DocumentLimits(page_range=(first, last)),
    )
    if not document.valid:
        rejection = document._rejection
        raise ParseFailed(f"Docling cannot open the file: {rejection.message if rejection else 'no reason given'}")
    return document
