"""Link annotations of a page that lead out of the document."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.parsers.layout.content import LinkArea
from pdf_parser.utils.pdf import PageSpace

MAX_LINKS = 2_000
SAFE_SCHEMES = ("http://", "https://", "mailto:")  # a javascript: or file: link must not reach the result


def read_links(document: pdfium.PdfDocument, page: pdfium.PdfPage, space: PageSpace) -> list[LinkArea]:
    return [
        LinkArea(*space.box(rect.left, rect.bottom, rect.right, rect.top), uri=uri)
        for link in _links(page)
        if (uri := _uri(document, link)) and (rect := _rect(link)) is not None
    ]


def _links(page: pdfium.PdfPage) -> Iterator[pdfium_c.FPDF_LINK]:
    position, link = ctypes.c_int(0), pdfium_c.FPDF_LINK()
    for _ in range(MAX_LINKS):
        if not pdfium_c.FPDFLink_Enumerate(page.raw, position, link):
            return
        yield link


def _uri(document: pdfium.PdfDocument, link: pdfium_c.FPDF_LINK) -> str | None:
    action = pdfium_c.FPDFLink_GetAction(link)
    if not action or pdfium_c.FPDFAction_GetType(action) != pdfium_c.PDFACTION_URI:
        return None
    size = pdfium_c.FPDFAction_GetURIPath(document.raw, action, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFAction_GetURIPath(document.raw, action, buffer, size)
    uri = buffer.value.decode("utf-8", "replace").strip()
    return uri if uri.lower().startswith(SAFE_SCHEMES) and not any(c.isspace() for c in uri) else None


def _rect(link: pdfium_c.FPDF_LINK) -> pdfium_c.FS_RECTF | None:
    rect = pdfium_c.FS_RECTF()
    return rect if pdfium_c.FPDFLink_GetAnnotRect(link, rect) else None
