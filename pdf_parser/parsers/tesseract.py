"""OCR with Tesseract: a program of the system with data per language; cheapest on pages of prose."""

from __future__ import annotations

from pdf_parser.parsers.ocr.engine import OcrEngine
from pdf_parser.parsers.ocr.parser import OcrParser
from pdf_parser.parsers.ocr.tesseract_engine import TesseractEngine, program_version, require_languages


class TesseractParser(OcrParser):
    name = "tesseract"
    requires = ("numpy",)

    @classmethod
    def version(cls) -> str:
        return program_version()

    def load_engine(self) -> OcrEngine:
        settings = self.settings
        require_languages(settings.ocr_languages)
        return TesseractEngine(settings.ocr_languages, settings.ocr_threads, settings.page_timeout_s)
