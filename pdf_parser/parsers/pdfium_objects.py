"""PDFium's page objects: all of them, forms unfolded, with their matrices, paint and points."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.utils.pdf import Rect

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

# A page of 500,000 rules must cost about as much as a page of 20,000: nobody reads the rest as a table.
MAX_OBJECTS = 20_000
MAX_DEPTH = 5  # forms inside forms
WHITE = 0.98
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def page_objects(page: pdfium.PdfPage) -> Iterator[tuple[ctypes.c_void_p, Matrix]]:
    """Every object with the matrix from its form's space to the page's."""
    left = [MAX_OBJECTS]
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    for i in range(count):
        yield from _unfold(pdfium_c.FPDFPage_GetObject(page.raw, i), _IDENTITY, 0, left)
        if left[0] <= 0:
            return


def _unfold(
    obj: ctypes.c_void_p, matrix: Matrix, depth: int, left: list[int]
) -> Iterator[tuple[ctypes.c_void_p, Matrix]]:
    left[0] -= 1
    if pdfium_c.FPDFPageObj_GetType(obj) != pdfium_c.FPDF_PAGEOBJ_FORM:
        yield obj, matrix
        return
    if depth >= MAX_DEPTH:
        return
    inner = times(matrix_of(obj), matrix)
    for i in range(pdfium_c.FPDFFormObj_CountObjects(obj)):
        if left[0] <= 0:
            return
        yield from _unfold(pdfium_c.FPDFFormObj_GetObject(obj, i), inner, depth + 1, left)


def paint_of(obj: ctypes.c_void_p) -> tuple[float | None, float | None]:
    """Grey of fill and of stroke; None where nothing is seen on white paper."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium_c.FPDFPath_GetDrawMode(obj, fill, stroke):
        return None, None
    filled = _grey(pdfium_c.FPDFPageObj_GetFillColor, obj) if fill.value else None
    stroked = _grey(pdfium_c.FPDFPageObj_GetStrokeColor, obj) if stroke.value else None
    return filled, stroked


def _grey(get: object, obj: ctypes.c_void_p) -> float | None:
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    if not get(obj, r, g, b, a):  # type: ignore[operator]
        return 0.5  # a pattern: something is seen
    grey = (0.299 * r.value + 0.587 * g.value + 0.114 * b.value) / 255
    return None if a.value == 0 or grey >= WHITE else grey


def stroke_width(obj: ctypes.c_void_p, matrix: Matrix) -> float:
    width = ctypes.c_float()
    pdfium_c.FPDFPageObj_GetStrokeWidth(obj, width)
    return float(width.value * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5)


def matrix_of(obj: ctypes.c_void_p) -> Matrix:
    m = pdfium_c.FS_MATRIX()
    return (m.a, m.b, m.c, m.d, m.e, m.f) if pdfium_c.FPDFPageObj_GetMatrix(obj, m) else _IDENTITY


def times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    ta, tb, tc, td, te, tf = then
    return (
        a * ta + b * tc,
        a * tb + b * td,
        c * ta + d * tc,
        c * tb + d * td,
        e * ta + f * tc + te,
        e * tb + f * td + tf,
    )


def apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def point_of(segment: ctypes.c_void_p) -> Point:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def around(points: list[Point]) -> Rect:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
