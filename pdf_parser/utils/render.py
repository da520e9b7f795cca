"""Pages as images: what OCR looks at. To be called in a child process only (`utils.isolation`)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.domain.geometry import BBox, union
from pdf_parser.errors import ParseFailed
from pdf_parser.utils.pdf import page_space
from pdf_parser.utils.png import png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    GreyImage = NDArray[np.uint8]

POINTS_PER_INCH = 72
_WHITE = 0xFFFFFFFF
_FORM_DEPTH = 5
_MAX_PICTURES = 50
_INVISIBLE_CONTRAST = 4  # of 255


@dataclass(frozen=True)
class View:
    """A page as it is looked at: turned clockwise by `turn` (0, 90, 180, 270) and `skew` degrees, at `scale` pixels
    a point. The picture is large enough to hold the whole turned page.

    Upright coordinates are points in the turned page, origin top-left, y down: pixels divided by `scale`.
    """

    page_width: float
    page_height: float
    scale: float
    turn: int = 0
    skew: float = 0.0

    @property
    def width(self) -> float:
        """Of the upright page, in points."""
        return abs(self.page_width * self._cos) + abs(self.page_height * self._sin)

    @property
    def height(self) -> float:
        return abs(self.page_width * self._sin) + abs(self.page_height * self._cos)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return max(1, math.ceil(self.width * self.scale)), max(1, math.ceil(self.height * self.scale))

    def to_page(self, box: BBox) -> BBox:
        """The box around an upright box, in the coordinates of the page as the PDF has it."""
        corners = [self._to_page(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        return union(BBox(x0=x, y0=y, x1=x, y1=y) for x, y in corners).clip(self.page_width, self.page_height)

    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From page points to pixels, in PDF's order a b c d e f."""
        a, b, s = self._cos * self.scale, self._sin * self.scale, self.scale
        x, y = self.page_width / 2, self.page_height / 2
        return a, b, -b, a, self.width / 2 * s - a * x + b * y, self.height / 2 * s - b * x - a * y

    def _to_page(self, x: float, y: float) -> tuple[float, float]:
        dx, dy = x - self.width / 2, y - self.height / 2
        return (
            self.page_width / 2 + self._cos * dx + self._sin * dy,
            self.page_height / 2 - self._sin * dx + self._cos * dy,
        )

    @property
    def _cos(self) -> float:
        return math.cos(math.radians(self.turn + self.skew))

    @property
    def _sin(self) -> float:
        return math.sin(math.radians(self.turn + self.skew))


def scale_for(width: float, height: float, dpi: float, max_pixels: int) -> float:
    """Pixels a point at `dpi`, or less where the picture would have more than `max_pixels`."""
    area = max(1.0, width * height)
    return min(dpi / POINTS_PER_INCH, math.sqrt(max_pixels / area))


class PageCamera:
    """Takes pictures of one page. `position` is 1-based; sizes in points after the page's own rotation.

    Raises ParseFailed when the page cannot be loaded. A context: the page is closed at its end.
    """

    def __init__(self, pdf: pdfium.PdfDocument, position: int) -> None:
        try:
            self._page = pdf[position - 1]
        except pdfium.PdfiumError as exc:
            raise ParseFailed("The page cannot be loaded. Repair the file with `qpdf`.") from exc
        space = page_space(self._page)
        self.width, self.height = space.width, space.height

    def __enter__(self) -> PageCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._page.close()

    def has_broken_picture(self) -> bool:
        """Whether PDFium leaves out a picture because it cannot decode it: then white does not mean empty."""
        kinds = [pdfium_c.FPDF_PAGEOBJ_IMAGE]
        pictures = islice(self._page.get_objects(filter=kinds, max_depth=_FORM_DEPTH), _MAX_PICTURES)
        return not all(map(_decodes, pictures))

    def draw(self, view: View) -> GreyImage:
        """The page in 256 greys on white, with annotations, as it would be printed. Needs numpy."""
        import numpy as np

        bitmap = _draw(self._page, view)
        try:
            rows = np.frombuffer(bitmap.buffer, dtype=np.uint8).reshape(bitmap.height, bitmap.stride)
            return np.array(rows[:, : bitmap.width])
        finally:
            bitmap.close()

    def png(self, dpi: float, max_pixels: int) -> bytes:
        """The page in colour on white, as it would be printed; coarser where it would have more than `max_pixels`."""
        scale = scale_for(self.width, self.height, dpi, max_pixels)
        bitmap = self._page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
        try:
            return png(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, scale * POINTS_PER_INCH)
        finally:
            bitmap.close()


def is_white(page: pdfium.PdfPage, width: float, height: float, longest_px: int = 200) -> bool:
    """Whether nothing at all can be seen on the page, looked at from afar."""
    bitmap = _draw(page, View(width, height, longest_px / max(width, height, 1.0)))
    try:
        rows = bytes(bitmap.buffer)
        used = {c for y in range(bitmap.height) for c in rows[y * bitmap.stride : y * bitmap.stride + bitmap.width]}
        return max(used) - min(used) <= _INVISIBLE_CONTRAST
    finally:
        bitmap.close()


def _decodes(picture: pdfium.PdfObject) -> bool:
    bitmap = pdfium_c.FPDFImageObj_GetBitmap(picture.raw)
    if not bitmap:
        return False
    pdfium_c.FPDFBitmap_Destroy(bitmap)
    return True


def _draw(page: pdfium.PdfPage, view: View) -> pdfium.PdfBitmap:
    width_px, height_px = view.pixels
    bitmap = pdfium.PdfBitmap.new_native(width_px, height_px, pdfium_c.FPDFBitmap_Gray)
    pdfium_c.FPDFBitmap_FillRect(bitmap.raw, 0, 0, width_px, height_px, _WHITE)
    matrix = pdfium_c.FS_MATRIX(*_on_whole_points(view))
    clip = pdfium_c.FS_RECTF(0, 0, width_px, height_px)
    flags = pdfium_c.FPDF_ANNOT | pdfium_c.FPDF_GRAYSCALE
    pdfium_c.FPDF_RenderPageBitmapWithMatrix(bitmap.raw, page.raw, matrix, clip, flags)
    return bitmap


def _on_whole_points(view: View) -> tuple[float, float, float, float, float, float]:
    """PDFium lays the page out on whole points before it applies the matrix (fpdf_view.cpp, FX_RECT of the page)."""
    a, b, c, d, e, f = view.matrix()
    sx, sy = (size / max(1, int(size)) for size in (view.page_width, view.page_height))
    return a * sx, b * sx, c * sy, d * sy, e, f
