"""The OCR tests need numpy at least; those with real engines say which one is missing."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from pdf_parser.parsers.base import Parser
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings

collect_ignore_glob = [] if find_spec("numpy") else ["test_*.py"]


@pytest.fixture(scope="module", params=["rapidocr", "tesseract"])
def parser(request) -> Parser:
    """A loaded OCR parser."""
    if request.param == "rapidocr" and find_spec("rapidocr") is None:
        pytest.skip("rapidocr is not installed: pip install 'pdf-parser[ocr]'")
    if request.param == "tesseract" and shutil.which("tesseract") is None:
        pytest.skip("the program tesseract is not installed")
    loaded = parser_class(request.param)(Settings())
    loaded.load()
    return loaded
