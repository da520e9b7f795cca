"""Which parsers there are. Order is preference; other packages add theirs by the entry-point group below."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points

from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.base import Parser

GROUP = "pdf_parser.parsers"
BUILTIN = "pdfium"
TEXT_LAYER = "textlayer"

PARSERS: dict[str, str] = {
    "docling": "pdf_parser.parsers.docling:DoclingParser",
    "marker": "pdf_parser.parsers.marker:MarkerParser",
    "unstructured": "pdf_parser.parsers.unstructured:UnstructuredParser",
    "rapidocr": "pdf_parser.parsers.rapidocr:RapidOcrParser",
    "tesseract": "pdf_parser.parsers.tesseract:TesseractParser",
    BUILTIN: "pdf_parser.parsers.pdfium:PdfiumParser",
    "deepseek-ocr": "pdf_parser.parsers.vlm:DeepSeekOcrParser",
    "nanonets-ocr2": "pdf_parser.parsers.vlm:NanonetsOcr2Parser",
    "gemini": "pdf_parser.parsers.vlm:GeminiParser",
    "vlm": "pdf_parser.parsers.vlm:VlmParser",
    TEXT_LAYER: "pdf_parser.parsers.textlayer:TextLayerParser",
}


def known_parsers() -> dict[str, str]:
    """Name → "module:Class"; an entry point may not replace a name of ours."""
    added = {point.name: point.value for point in entry_points(group=GROUP)}
    return {**added, **PARSERS}


def parser_class(name: str) -> type[Parser]:
    """Raises ParserUnavailable for a name that nobody has registered."""
    known = known_parsers()
    if name not in known:
        raise ParserUnavailable(f"There is no parser {name!r}. Known are: auto, {', '.join(known)}.")
    module, _, attribute = known[name].partition(":")
    found: type[Parser] = getattr(import_module(module), attribute)
    return found
