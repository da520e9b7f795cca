"""PDFs from memory, opened for a test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium

from pdf_parser.utils.pdf import open_pdf


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(data)
        with open_pdf(path) as document:
            yield document
