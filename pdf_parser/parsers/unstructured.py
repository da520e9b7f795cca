"""Unstructured: its text-layer and Tesseract strategies, and its layout model where the weights are at hand.

It reports home, downloads models, and gives nothing, without an error, when its language model is missing. Here it is
kept from the first two, and the third is seen to when it is loaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdf_parser.domain.document import Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.route import needs_ocr
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.layout.turn import Turn, main_turn
from pdf_parser.parsers.markup.assemble import assembled_page, failed_page
from pdf_parser.parsers.markup.piece import Piece
from pdf_parser.parsers.ocr.tesseract_engine import require_languages
from pdf_parser.parsers.pdfium import read_content
from pdf_parser.parsers.unstructured_elements import page_pieces
from pdf_parser.parsers.unstructured_models import provide_language_model, require_layout_models
from pdf_parser.utils.pdf import copy_pages, open_pdf
from pdf_parser.utils.render import PageCamera

if TYPE_CHECKING:
    from unstructured.documents.elements import Element

FAST, OCR, HI_RES = "fast", "ocr_only", "hi_res"
NOTHING = "Unstructured found no text"
_BEST_DPI = 200  # for Tesseract
_PRIVATE = {"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1"}


class UnstructuredParser(Parser):
    """Page by page, as Unstructured reads whole files only."""

    name = "unstructured"
    holds_models = True
    requires = ("unstructured", "unstructured_inference", "spacy")
    extra = "unstructured"
    distribution = "unstructured"
    load_timeout_s = 180.0  # imports torch
    knows_titles = True

    def memory_bytes(self) -> int | None:
        """Torch alone maps more address space than it ever uses."""
        return None

    def suits(self, page: PageProfile) -> bool:
        if self.settings.unstructured_strategy == FAST:
            return page.kind is PageKind.DIGITAL or (page.kind is PageKind.MIXED and not needs_ocr(page))
        return page.kind is not PageKind.BLANK

    def load(self) -> None:
        super().load()
        settings = self.settings
        os.environ.update(_PRIVATE, HF_HUB_OFFLINE="1", OMP_THREAD_LIMIT=str(settings.ocr_threads))
        if settings.unstructured_strategy != FAST:
            require_languages(settings.ocr_languages)
        if settings.unstructured_strategy == HI_RES:
            require_layout_models()
        self.knows_titles = provide_language_model()

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for item in pages:
            strategy = self._strategy(item.profile)
            if strategy == OCR:
                yield self._page(item.profile, self._from_picture(pdf, item), strategy, _as_it_lies(item.profile))
            else:
                turn = _upright(pdf, item)
                yield self._page(item.profile, self._from_file(pdf, item, strategy, turn), strategy, turn)

    def _strategy(self, profile: PageProfile) -> str:
        chosen = self.settings.unstructured_strategy
        return chosen if chosen != "auto" else OCR if needs_ocr(profile) else FAST

    def _from_file(self, pdf: Path, item: PageInput, strategy: str, turn: Turn) -> list[Element]:
        """Reads a file of this page alone, upright: of lines that run up or down pdfminer makes single letters."""
        from unstructured.partition.pdf import partition_pdf

        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            copy_pages(pdf, None, [item.position], Path(file.name), cropped=True, quarters=turn.quarters)
            tables = {"infer_table_structure": True} if strategy == HI_RES else {}
            return self._read(partition_pdf, filename=file.name, strategy=strategy, **tables)

    def _from_picture(self, pdf: Path, item: PageInput) -> list[Element]:
        """Unstructured would draw the page itself, with a program of the system and without bounds."""
        from unstructured.partition.image import partition_image

        with open_pdf(pdf) as document, PageCamera(document, item.position) as camera:
            picture = camera.png(self.settings.ocr_dpi or _BEST_DPI, self.settings.ocr_max_pixels)
        return self._read(partition_image, file=BytesIO(picture), strategy=OCR)

    def _read(self, partition: Any, **how: object) -> list[Element]:
        found: list[Element] = partition(languages=self.settings.ocr_languages.split("+"), **how)
        return found

    def _page(self, profile: PageProfile, elements: Sequence[Element], strategy: str, turn: Turn) -> Page:
        pieces = [_turned_back(piece, turn) for piece in page_pieces(elements, *turn.size, self.knows_titles)]
        if not any(piece.chars for piece in pieces):
            return failed_page(profile, f"{NOTHING} ({strategy})", self.name, self.version())
        status = PageStatus.OK if strategy == FAST or not needs_ocr(profile) else PageStatus.OCR
        return assembled_page(pieces, profile, status, self.name, self.version())


def _as_it_lies(profile: PageProfile) -> Turn:
    return Turn(0, profile.width, profile.height)


def _upright(pdf: Path, item: PageInput) -> Turn:
    """The turn that brings most of the text layer upright."""
    with open_pdf(pdf) as document:
        words = read_content(document, item.position).words
    return Turn(main_turn(words), item.profile.width, item.profile.height)


def _turned_back(piece: Piece, turn: Turn) -> Piece:
    if piece.bbox is None:
        return piece
    x0, y0, x1, y1 = turn.back.box((piece.bbox.x0, piece.bbox.y0, piece.bbox.x1, piece.bbox.y1))
    return replace(piece, bbox=BBox(x0=x0, y0=y0, x1=x1, y1=y1))
