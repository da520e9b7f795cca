"""PDFium's door: open, count, copy pages, read their text. To be called in a child process only (`utils.isolation`).

Boxes leave this file in points, origin top-left, y down, after the page's rotation and crop.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.errors import CorruptPdf, EmptyPdf, EncryptedPdf, PdfParserError
from pdf_parser.utils.damage import with_trailer

Rect = tuple[float, float, float, float]

_SCALE = 1000  # FPDF_PageToDevice answers in whole device units


@contextmanager
def open_pdf(path: Path, password: str | None = None) -> Iterator[pdfium.PdfDocument]:
    """Raises EncryptedPdf, EmptyPdf and CorruptPdf."""
    raw = pdfium_c.FPDF_LoadDocument(str(path).encode() + b"\0", _password(password))
    pdf = pdfium.PdfDocument(raw) if raw else _mended(path, _load_error())
    try:
        if len(pdf) < 1:
            raise EmptyPdf
        yield pdf
    finally:
        pdf.close()


def _password(password: str | None) -> bytes | None:
    return None if password is None else password.encode() + b"\0"


def _mended(path: Path, error: PdfParserError) -> pdfium.PdfDocument:
    """The document without its lost trailer, where that was all that was wrong; else raises `error`."""
    data = with_trailer(path.read_bytes()) if isinstance(error, CorruptPdf) else None
    if data is None:
        raise error
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        raise error from None


def _load_error() -> PdfParserError:
    code = pdfium_c.FPDF_GetLastError()
    if code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
        return EncryptedPdf()
    return CorruptPdf()


@dataclass(frozen=True)
class PageSpace:
    """Maps PDFium's page coordinates (origin bottom-left, unrotated) to ours; sizes in points after rotation."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> Rect:
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def page_space(page: pdfium.PdfPage) -> PageSpace:
    width, height = page.get_size()
    origin, x_unit, y_unit = (_to_device(page, width, height, x, y) for x, y in ((0, 0), (_SCALE, 0), (0, _SCALE)))
    a, b = ((p - o) / _SCALE for p, o in zip(x_unit, origin, strict=True))
    c, d = ((p - o) / _SCALE for p, o in zip(y_unit, origin, strict=True))
    return PageSpace(width, height, (a, b, c, d, *origin))


def _to_device(page: pdfium.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    dx, dy = ctypes.c_int(), ctypes.c_int()
    size = round(width * _SCALE), round(height * _SCALE)
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, dx, dy)
    return dx.value / _SCALE, dy.value / _SCALE


def page_text(pdf: pdfium.PdfDocument, page_no: int) -> str:
    """The text layer in the order of the content stream, lines separated by newlines. Raises CorruptPdf."""
    try:
        page = pdf[page_no - 1]
        textpage = page.get_textpage()
        return str(textpage.get_text_bounded()).replace("\r\n", "\n")
    except pdfium.PdfiumError as exc:
        raise CorruptPdf(f"Page {page_no} cannot be read.") from exc


def copy_pages(
    path: Path,
    password: str | None,
    page_numbers: Sequence[int],
    target: Path,
    cropped: bool = False,
    quarters: int = 0,
) -> None:
    """Writes a PDF of just these pages, in this order and without encryption. Raises CorruptPdf.

    `cropped`: what can be seen of a page is all of it, for readers that know no CropBox. `quarters` of a turn
    counter-clockwise are given to all.
    """
    with open_pdf(path, password) as pdf:
        part = pdfium.PdfDocument.new()
        try:
            part.import_pages(pdf, [n - 1 for n in page_numbers])
            for page in part if cropped or quarters else ():
                if cropped:
                    page.set_mediabox(*page.get_cropbox())
                page.set_rotation((page.get_rotation() - 90 * quarters) % 360)
            with target.open("wb") as out:
                part.save(out)
        except pdfium.PdfiumError as exc:
            raise CorruptPdf("Pages cannot be copied out of the file. Repair it with `qpdf`.") from exc
        finally:
            part.close()
