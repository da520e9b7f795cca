"""What a page is made of, in numbers: the facts from which `classify_page` decides. Called in a child process only."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.domain.letters import is_bad_char, odd_share
from pdf_parser.domain.profile import PageFacts
from pdf_parser.errors import CorruptPdf
from pdf_parser.utils.pdf import PageSpace, page_space
from pdf_parser.utils.render import is_white

_MAX_OBJECTS = 20_000  # a page of 500,000 rules must not cost minutes just to be looked at
_MAX_DRAWN = 2_000  # objects of a page without text that is drawn to see whether it is white
_JUDGED_CHARS = 20_000
_SAMPLED_CHARS = 1_000
_LONG, _THIN = 36.0, 3.0  # points: a path so long and thin is a rule
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_SOFT_HYPHEN_MARK = "\x02"  # PDFium's mark for a hyphen at a line's end
_WHITE = frozenset(" \t\r\n\xa0")


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
        unmapped = _unmapped_share(textpage)
    finally:
        textpage.close()
    inked = [c for c in text if c not in _WHITE and c != _SOFT_HYPHEN_MARK]
    return PageFacts(
        page=page_no,
        width=space.width,
        height=space.height,
        rotation=page.get_rotation(),
        chars=len(inked),
        bad_chars=max(sum(map(is_bad_char, inked)), round(unmapped * len(inked))),
        odd_share=round(odd_share(text[:_JUDGED_CHARS]), 3),
        hidden_chars=min(objects.hidden_chars, len(inked)),
        image_coverage=min(1.0, objects.image_area / max(1.0, space.width * space.height)),
        images=objects.images,
        paths=objects.paths,
        rules=objects.rules,
        is_white=not inked and _is_white(page, objects, space),
        note="too many objects to count them all" if objects.seen >= _MAX_OBJECTS else None,
    )


def _unmapped_share(textpage: pdfium.PdfTextPage) -> float:
    """Share of the characters for which PDFium itself found no Unicode, from a sample spread over the page."""
    count = textpage.count_chars()
    sample = range(0, count, max(1, count // _SAMPLED_CHARS))
    found = sum(pdfium_c.FPDFText_HasUnicodeMapError(textpage.raw, i) == 1 for i in sample)
    return float(found / max(1, len(sample)))


@dataclass
class _Objects:
    seen: int = 0
    images: int = 0
    paths: int = 0
    rules: int = 0
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
            found.rules += _is_rule(obj)
        elif obj.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            found.hidden_chars += _hidden_chars(obj, textpage)
    return found


def _visible_area(space: PageSpace, obj: pdfium.PdfObject) -> float:
    try:
        x0, y0, x1, y1 = space.box(*obj.get_bounds())
    except pdfium.PdfiumError:
        return 0.0
    return max(0.0, min(x1, space.width) - max(x0, 0.0)) * max(0.0, min(y1, space.height) - max(y0, 0.0))


def _is_rule(obj: pdfium.PdfObject) -> bool:
    try:
        left, bottom, right, top = obj.get_bounds()
    except pdfium.PdfiumError:
        return False
    thin, long = sorted((right - left, top - bottom))
    return bool(thin <= _THIN and long >= _LONG)


def _hidden_chars(obj: pdfium.PdfObject, textpage: pdfium.PdfTextPage) -> int:
    if pdfium_c.FPDFTextObj_GetTextRenderMode(obj.raw) != _INVISIBLE:
        return 0
    size_bytes = int(pdfium_c.FPDFTextObj_GetText(obj.raw, textpage.raw, None, 0))
    return max(0, size_bytes // 2 - 1)


def _is_white(page: pdfium.PdfPage, objects: _Objects, space: PageSpace) -> bool:
    """Whether drawings leave no mark. Pictures may be bombs: OCR looks at those, under its own limits."""
    if objects.images or objects.paths > _MAX_DRAWN:
        return False
    return is_white(page, space.width, space.height)
