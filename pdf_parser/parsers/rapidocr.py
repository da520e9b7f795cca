"""OCR with RapidOCR: nothing to install but the extra `ocr`, good at tables and at any way a page may lie."""

from __future__ import annotations

from pdf_parser.parsers.ocr.engine import OcrEngine
from pdf_parser.parsers.ocr.parser import OcrParser
from pdf_parser.parsers.ocr.rapid_engine import RapidOcrEngine


class RapidOcrParser(OcrParser):
    name = "rapidocr"
    requires = ("rapidocr", "onnxruntime", "cv2")
    distribution = "rapidocr"
    load_timeout_s = 30.0

    def load_engine(self) -> OcrEngine:
        return RapidOcrEngine(self.settings.ocr_threads)
