"""What the OCR parsers share: pages as pictures, read by an engine, put together by the code that text layers use."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParseFailed
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.layout.page import build_page
from pdf_parser.parsers.ocr.engine import OcrEngine
from pdf_parser.parsers.ocr.placing import page_content, placed_on_page
from pdf_parser.parsers.ocr.reader import Reading, close_views, read_page
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.render import POINTS_PER_INCH, PageCamera

LEGIBLE_SHARE = 0.6  # of the wanted resolution: below it small print is lost
UNREADABLE = 0.3  # mean confidence below which words are guesses at noise
EMPTY_SHEET = "an empty sheet"
NO_TEXT = "picture without text"


class OcrParser(Parser):
    """Each OCR parser brings its engine; everything else is here."""

    extra = "ocr"
    holds_models = True
    engine: OcrEngine

    def suits(self, page: PageProfile) -> bool:
        return page.kind is not PageKind.BLANK

    def memory_bytes(self) -> int | None:
        """Models and pictures need more address space than PDFium alone (benchmarks/OCR.md)."""
        return int(self.settings.ocr_memory_bytes)

    def load(self) -> None:
        super().load()
        self.engine = self.load_engine()

    @abstractmethod
    def load_engine(self) -> OcrEngine:
        """Raises ParserUnavailable, which says how to fix it."""

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        with open_pdf(pdf) as document:
            for item in pages:
                with PageCamera(document, item.position) as camera:
                    yield self._page(item.profile, camera)

    def _page(self, profile: PageProfile, camera: PageCamera) -> Page:
        dpi = self.settings.ocr_dpi or self.engine.best_dpi
        afar, close = close_views(camera.width, camera.height, dpi, self.settings.ocr_max_pixels)
        reading = read_page(afar, close, camera.draw, self.engine)
        if not reading.words and camera.has_broken_picture():
            raise ParseFailed(f"A picture on page {profile.page} cannot be decoded.")
        page = build_page(page_content(reading), profile, self.name, self.version())
        is_coarse = not reading.is_white and close.scale < LEGIBLE_SHARE * dpi / POINTS_PER_INCH
        return _judged(placed_on_page(page, reading), reading, is_final=not (profile.chars or is_coarse))


def _judged(page: Page, reading: Reading, is_final: bool) -> Page:
    """The page with what its record has to say about the reading."""
    status, reasons = _outcome(reading, is_final)
    record = page.record.model_copy(
        update={
            "status": status,
            "confidence": round(reading.confidence, 3) if reading.words else None,
            "reason": "; ".join(reasons) or None,
        }
    )
    return page.model_copy(update={"record": record})


def _outcome(reading: Reading, is_final: bool) -> tuple[PageStatus, list[str]]:
    """A page with nothing to read is blank, if that is final: where the PDF itself has text, or the page is so large
    that it was only seen coarsely, another parser shall have a look."""
    if not reading.words:
        status = PageStatus.BLANK if is_final else PageStatus.FAILED
        return status, [EMPTY_SHEET if reading.is_white else NO_TEXT]
    if reading.confidence < UNREADABLE:
        return PageStatus.FAILED, [f"nothing legible: mean confidence {reading.confidence:.2f}"]
    return PageStatus.OCR, reading.notes
