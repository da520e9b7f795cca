"""What is drawn on a page besides text: rules, shaded boxes and pictures, from PDFium's path and image objects."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.parsers.layout.content import Region, Rule
from pdf_parser.parsers.pdfium_objects import (
    Matrix,
    Point,
    apply,
    around,
    matrix_of,
    page_objects,
    paint_of,
    point_of,
    stroke_width,
    times,
)
from pdf_parser.utils.pdf import PageSpace, Rect

MAX_SEGMENTS = 60_000
THIN = 3.0  # points; a filled box thinner than this is drawn as a rule (pdfplumber's and Tabula's habit too)
SLANT = 1.0  # points; a stroke that leaves its axis by more is a drawing
MIN_LENGTH = 4.0  # points; shorter strokes are ticks, dashes and glyphs
FIGURE_SIZE = 18.0  # points; smaller curves are round corners, ticks and glyphs
MAX_STROKES = 1_000
_SEGMENT_MOVE, _SEGMENT_BEZIER = pdfium_c.FPDF_SEGMENT_MOVETO, pdfium_c.FPDF_SEGMENT_BEZIERTO


@dataclass(slots=True)
class Drawing:
    rules: list[Rule] = field(default_factory=list)
    boxes: list[Region] = field(default_factory=list)
    pictures: list[Region] = field(default_factory=list)
    strokes: list[Region] = field(default_factory=list)


def read_drawing(page: pdfium.PdfPage, space: PageSpace) -> Drawing:
    """In the order of painting. White and transparent paint is left out; bounded on hostile pages."""
    reader = _Reader(space)
    for obj, matrix in page_objects(page):
        reader.add(obj, matrix)
        if reader.segments > MAX_SEGMENTS:
            break
    return reader.drawing


class _Reader:
    def __init__(self, space: PageSpace) -> None:
        self.space = space
        self.drawing = Drawing()
        self.segments = 0

    def add(self, obj: ctypes.c_void_p, matrix: Matrix) -> None:
        kind = pdfium_c.FPDFPageObj_GetType(obj)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            self._add_path(obj, matrix)
        elif kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING):
            box = self._clipped(self._bounds(obj, matrix), obj, matrix)
            if box is not None:
                self.drawing.pictures.append(Region(*box))

    def _add_path(self, obj: ctypes.c_void_p, matrix: Matrix) -> None:
        fill, stroke = paint_of(obj)
        if fill is None and stroke is None:
            return
        count = pdfium_c.FPDFPath_CountSegments(obj)
        self.segments += max(0, count)
        if self.segments > MAX_SEGMENTS:
            return
        whole = times(matrix_of(obj), matrix)
        width = stroke_width(obj, whole) if stroke is not None else 0.0
        for points, closed in self._subpaths(obj, count, whole):
            if stroke is not None:
                self._add_strokes(points, closed or fill is not None, width, obj, matrix)
            if fill is not None:
                self._add_fill(points, fill, obj, matrix)

    def _subpaths(self, obj: ctypes.c_void_p, count: int, matrix: Matrix) -> Iterator[tuple[list[Point], bool]]:
        """Corners of each subpath without curves, in the page's own space of this project."""
        points: list[Point] = []
        curves: list[bool] = []
        closed = False
        for i in range(count):
            segment = pdfium_c.FPDFPath_GetPathSegment(obj, i)
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == _SEGMENT_MOVE:
                yield from self._straight(points, curves, closed)
                points, curves, closed = [], [], False
            curves.append(kind == _SEGMENT_BEZIER)
            points.append(self.space.point(*apply(matrix, *point_of(segment))))
            closed = closed or bool(pdfium_c.FPDFPathSegment_GetClose(segment))
        yield from self._straight(points, curves, closed)

    def _straight(self, points: list[Point], curves: list[bool], closed: bool) -> Iterator[tuple[list[Point], bool]]:
        """The subpath when it has no curves. What is curved or slanted is noted as a stroke of a figure."""
        if len(points) > 1:
            self._add_slanted(points, curves)
            if not any(curves):
                yield points, closed

    def _add_slanted(self, points: list[Point], curves: list[bool]) -> None:
        run: list[Point] = []
        is_curved = False
        for i in range(1, len(points)):
            (ax, ay), (bx, by) = points[i - 1], points[i]
            short, long = sorted((abs(ax - bx), abs(ay - by)))
            if curves[i] or short > SLANT or (run and long < MIN_LENGTH):
                run += [points[i - 1], points[i]]
                is_curved = is_curved or curves[i]
            elif run:
                self._note(run, is_curved)
                run, is_curved = [], False
        if run:
            self._note(run, is_curved)

    def _note(self, run: list[Point], is_curved: bool) -> None:
        x0, y0, x1, y1 = around(run)
        small, large = sorted((x1 - x0, y1 - y0))
        if large >= FIGURE_SIZE and small >= THIN and len(self.drawing.strokes) < MAX_STROKES:
            self.drawing.strokes.append(Region(x0, y0, x1, y1, is_curved=is_curved))

    def _add_strokes(
        self, points: list[Point], closed: bool, width: float, obj: ctypes.c_void_p, matrix: Matrix
    ) -> None:
        ends = points[1:] + points[:1] if closed else points[1:]
        for (ax, ay), (bx, by) in zip(points, ends, strict=False):
            if min(abs(ax - bx), abs(ay - by)) <= SLANT and max(abs(ax - bx), abs(ay - by)) >= MIN_LENGTH:
                box = self._clipped((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)), obj, matrix)
                if box is not None:
                    self.drawing.rules.append(_rule(box, width))

    def _add_fill(self, points: list[Point], grey: float, obj: ctypes.c_void_p, matrix: Matrix) -> None:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = self._clipped((min(xs), min(ys), max(xs), max(ys)), obj, matrix)
        if box is None or not _is_box(points, box):
            return
        x0, y0, x1, y1 = box
        if min(x1 - x0, y1 - y0) <= THIN:
            if max(x1 - x0, y1 - y0) >= MIN_LENGTH:
                self.drawing.rules.append(_rule(box, min(x1 - x0, y1 - y0)))
        else:
            self.drawing.boxes.append(Region(x0, y0, x1, y1, round(grey, 3)))

    def _bounds(self, obj: ctypes.c_void_p, matrix: Matrix) -> Rect:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium_c.FPDFPageObj_GetBounds(obj, left, bottom, right, top):
            return (0.0, 0.0, 0.0, 0.0)
        return around(
            [
                self.space.point(*apply(matrix, x, y))
                for x in (left.value, right.value)
                for y in (bottom.value, top.value)
            ]
        )

    def _clipped(self, box: Rect, obj: ctypes.c_void_p, matrix: Matrix) -> Rect | None:
        """The part inside the page and inside the boxes of the object's clip paths; None when nothing is left."""
        x0, y0, x1, y1 = (
            max(box[0], 0.0),
            max(box[1], 0.0),
            min(box[2], self.space.width),
            min(box[3], self.space.height),
        )
        clip = pdfium_c.FPDFPageObj_GetClipPath(obj)
        for i in range(pdfium_c.FPDFClipPath_CountPaths(clip) if clip else 0):
            count = pdfium_c.FPDFClipPath_CountPathSegments(clip, i)
            self.segments += max(0, count)
            if not 3 <= count <= 50:
                continue
            points = [point_of(pdfium_c.FPDFClipPath_GetPathSegment(clip, i, k)) for k in range(count)]
            cx0, cy0, cx1, cy1 = around([self.space.point(*apply(matrix, *p)) for p in points])
            x0, y0, x1, y1 = max(x0, cx0 - SLANT), max(y0, cy0 - SLANT), min(x1, cx1 + SLANT), min(y1, cy1 + SLANT)
        return (x0, y0, x1, y1) if x1 >= x0 and y1 >= y0 and max(x1 - x0, y1 - y0) > 0 else None


def _rule(box: Rect, width: float) -> Rule:
    """Laid on its middle axis, so that a stroke and a thin box look the same."""
    x0, y0, x1, y1 = box
    if x1 - x0 >= y1 - y0:
        y0 = y1 = (y0 + y1) / 2
    else:
        x0 = x1 = (x0 + x1) / 2
    return Rule(x0, y0, x1, y1, round(width, 2))


def _is_box(points: list[Point], box: Rect) -> bool:
    """All corners lie on corners of the box."""
    x0, y0, x1, y1 = box
    return len(points) in (4, 5) and all(
        min(abs(x - x0), abs(x - x1)) <= 2 * SLANT and min(abs(y - y0), abs(y - y1)) <= 2 * SLANT for x, y in points
    )
