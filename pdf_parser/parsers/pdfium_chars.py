"""What PDFium says about one character of a text page, by its index. Coordinates are PDFium's: origin bottom-left."""

from __future__ import annotations

import ctypes
import re

import pypdfium2.raw as pdfium_c

# PDFium computes the weight from the stem width that a font claims: 1340 for a plain Arial, 720 for a plain Myriad.
# It is asked only where the font has no telling name.
_BOLD_WEIGHT, _MAX_WEIGHT = 600, 900
_NAMELESS = re.compile(r"^(?:[A-Za-z]{0,2}\d*(?:_\d+)?|CIDFont.*|Unnamed.*)$")
_BOLD_FLAG, _ITALIC_FLAG = 1 << 18, 1 << 6
# The last ones are names of TeX (cmbx10, sfti1095) and of the PostScript base fonts' clones (NimbusRomNo9L-Medi).
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|-bd|-b$|(?:cm|sf|ec|pl|tc)b[x\d]|-medi(?:ital)?$")
_ITALIC_NAME = re.compile(r"ital|obli|slanted|(?:cm|sf|ec|pl)(?:ti|sl|bxti)\d|-it$")

Rect = tuple[float, float, float, float]


def character(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> str:
    code = pdfium_c.FPDFText_GetUnicode(textpage, index)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def object_at(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> pdfium_c.FPDF_PAGEOBJECT:
    return pdfium_c.FPDFText_GetTextObject(textpage, index)


def text_object(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> int:
    obj = pdfium_c.FPDFText_GetTextObject(textpage, index)
    return ctypes.addressof(obj.contents) if obj else 0


def char_box(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> Rect | None:
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect):
        return None
    return rect.left, rect.bottom, rect.right, rect.top


def origin(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> tuple[float, float] | None:
    """Where a character stands on its baseline."""
    x, y = ctypes.c_double(), ctypes.c_double()
    return (x.value, y.value) if pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y) else None


def font_size(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> float:
    """Size in points as seen: the font size times the vertical scale of the text matrix."""
    matrix = pdfium_c.FS_MATRIX()
    size = float(pdfium_c.FPDFText_GetFontSize(textpage, index))
    if pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
        scale = float((matrix.c**2 + matrix.d**2) ** 0.5)
        return size * scale if scale else size
    return size


def font_style(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> tuple[bool, bool, str]:
    flags = ctypes.c_int()
    size = pdfium_c.FPDFText_GetFontInfo(textpage, index, None, 0, flags)
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFText_GetFontInfo(textpage, index, buffer, size, flags)
    font = buffer.value.decode("utf-8", "replace")
    lower = font.lower()
    weight = pdfium_c.FPDFText_GetFontWeight(textpage, index)
    font = font.partition("+")[2] or font
    bold = bool(flags.value & _BOLD_FLAG) or _BOLD_NAME.search(lower) is not None
    if _NAMELESS.match(font):
        bold = bold or _BOLD_WEIGHT <= weight <= _MAX_WEIGHT
    italic = bool(flags.value & _ITALIC_FLAG) or _ITALIC_NAME.search(lower) is not None
    return bold, italic, font


def angle(textpage: pdfium_c.FPDF_TEXTPAGE, index: int) -> int:
    radians = float(pdfium_c.FPDFText_GetCharAngle(textpage, index))
    return round(radians * 57.29578) % 360 if radians >= 0 else 0
