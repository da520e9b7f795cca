"""PDFium's door: open, count, measure, copy pages. To be called in a child process only (`utils.isolation`).

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

from pdf_parser.domain.profile import PageFacts
from pdf_parser.errors import CorruptPdf, EmptyPdf, EncryptedPdf, PdfParserError
from pdf_parser.utils.damage import with_trailer

Rect = tuple[float, float, float, float]

_MAX_OBJECTS = 20_000  # a page of 500,000 rules must not cost minutes just to be looked at
_SCALE = 1000  # FPDF_PageToDevice answers in whole device units
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_SOFT_HYPHEN_MARK = "\x02"  # PDFium's mark for a hyphen at a line's end
_WHITE = frozenset(" \t\r\n\xa0")


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


def measure_page(pdf: pdfium.PdfDocument, page_no: int) -> PageFacts:
    """Facts for `classify_page`; typically 2-5 ms a page (research/backends.md §7). Raises CorruptPdf."""
    try:
        page = pdf[page_no - 1]
    except pdfium.PdfiumError as exc:
        raise CorruptPdf(f"Page {page_no} cannot be loaded. Repair the file with `qpdf`.") from exc
    try:
        return _measure(page, page_no)
    finally:
        page.close()


def _measure(page: pdfium.PdfPage, page_no: int) -> PageFacts:
    space = page_space(page)
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range() if textpage.count_chars() > 0 else ""
        objects = _count_objects(page, textpage, space)
    finally:
        textpage.close()
    inked = [c for c in text if c not in _WHITE and c != _SOFT_HYPHEN_MARK]
    return PageFacts(
        page=page_no,
        width=space.width,
        height=space.height,
        rotation=page.get_rotation(),
        chars=len(inked),
        bad_chars=sum(map(is_bad_char, inked)),
        hidden_chars=min(objects.hidden_chars, len(inked)),
        image_coverage=min(1.0, objects.image_area / max(1.0, space.width * space.height)),
        images=objects.images,
        paths=objects.paths,
        note="too many objects to count them all" if objects.seen >= _MAX_OBJECTS else None,
    )


def is_bad_char(char: str) -> bool:
    """Replacement, private-use and control characters: marks of a font without a usable mapping."""
    code = ord(char)
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code >= 0xF0000 or code < 0x20 or 0x7F <= code < 0xA0


@dataclass
class _Objects:
    seen: int = 0
    images: int = 0
    paths: int = 0
    image_area: float = 0.0
    hidden_chars: int = 0


def _count_objects(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, space: PageSpace) -> _Objects:
    found = _Objects()
    for obj in page.get_objects(max_depth=5):
        found.seen += 1
        if found.seen >= _MAX_OBJECTS:
            break
        if obj.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            found.images += 1
            found.image_area += _visible_area(space, obj)
        elif obj.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            found.paths += 1
        elif obj.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            found.hidden_chars += _hidden_chars(obj, textpage)
    return found


def _visible_area(space: PageSpace, obj: pdfium.PdfObject) -> float:
    try:
        x0, y0, x1, y1 = space.box(*obj.get_bounds())
    except pdfium.PdfiumError:
        return 0.0
    return max(0.0, min(x1, space.width) - max(x0, 0.0)) * max(0.0, min(y1, space.height) - max(y0, 0.0))


def _hidden_chars(obj: pdfium.PdfObject, textpage: pdfium.PdfTextPage) -> int:
    if pdfium_c.FPDFTextObj_GetTextRenderMode(obj.raw) != _INVISIBLE:
        return 0
    size_bytes = int(pdfium_c.FPDFTextObj_GetText(obj.raw, textpage.raw, None, 0))
    return max(0, size_bytes // 2 - 1)


def page_text(pdf: pdfium.PdfDocument, page_no: int) -> str:
    """The text layer in the order of the content stream, lines separated by newlines. Raises CorruptPdf."""
    try:
        page = pdf[page_no - 1]
        textpage = page.get_textpage()
        return str(textpage.get_text_bounded()).replace("\r\n", "\n")
    except pdfium.PdfiumError as exc:
        raise CorruptPdf(f"Page {page_no} cannot be read.") from exc


def copy_pages(path: Path, password: str | None, page_numbers: Sequence[int], target: Path) -> None:
    """Writes a PDF of just these pages, in this order and without encryption. Raises CorruptPdf."""
    with open_pdf(path, password) as pdf:
        part = pdfium.PdfDocument.new()
        try:
            part.import_pages(pdf, [n - 1 for n in page_numbers])
            with target.open("wb") as out:
                part.save(out)
        except pdfium.PdfiumError as exc:
            raise CorruptPdf("Pages cannot be copied out of the file. Repair it with `qpdf`.") from exc
        finally:
            part.close()
