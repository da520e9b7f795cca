"""Words of a page's text layer, read from PDFium character by character."""

from __future__ import annotations

import ctypes
import re
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.parsers.layout.content import Word
from pdf_parser.utils.pdf import PageSpace

_WORD = re.compile(r"[^\s\x00\ufffe\uffff]+")
_HYPHEN_MARK = "\x02"
_BOLD_WEIGHT = 600
_BOLD_FLAG, _ITALIC_FLAG = 1 << 18, 1 << 6


def read_words(textpage: pdfium.PdfTextPage, space: PageSpace) -> list[Word]:
    """In the order of the content stream."""
    return _Reader(textpage, space).words()


class _Reader:
    """Cuts the character stream of one page into words. Fonts are looked up once per text object."""

    def __init__(self, textpage: pdfium.PdfTextPage, space: PageSpace) -> None:
        self.textpage = textpage
        self.space = space
        self.styles: dict[int, tuple[bool, bool, str]] = {}

    def words(self) -> list[Word]:
        text = self._text()
        words = []
        for match in _WORD.finditer(text):
            runs = self._runs(match.start(), match.end())
            for i, (start, end) in enumerate(runs):
                word = self._word(text[start:end], start, end, space_before=i == 0)
                if word is not None:
                    words.append(word)
        return words

    def _text(self) -> str:
        """One character per PDFium index; a character outside the basic plane keeps its place as one."""
        return "".join(_character(self.textpage, i) for i in range(self.textpage.count_chars()))

    def _runs(self, start: int, end: int) -> list[tuple[int, int]]:
        """The word cut where the text object changes: a superscript is not part of the word before it."""
        objects = [_text_object(self.textpage, i) for i in range(start, end)]
        cuts = [start, *(start + i for i in range(1, len(objects)) if objects[i] != objects[i - 1]), end]
        return list(pairwise(cuts))

    def _word(self, text: str, start: int, end: int, space_before: bool) -> Word | None:
        boxes = [box for i in {start, end - 1} if (box := _char_box(self.textpage, i)) is not None]
        text = text.replace(_HYPHEN_MARK, "-")
        if not boxes or not text:
            return None
        corners = [self.space.box(*box) for box in boxes]
        bold, italic, font = self._style(start)
        x0, y0 = min(c[0] for c in corners), min(c[1] for c in corners)
        x1, y1 = max(c[2] for c in corners), max(c[3] for c in corners)
        size = round(_font_size(self.textpage, start), 2) or y1 - y0
        return Word(text, x0, y0, x1, y1, size, bold, italic, font, space_before, _angle(self.textpage, start))

    def _style(self, index: int) -> tuple[bool, bool, str]:
        obj = _text_object(self.textpage, index)
        if obj not in self.styles:
            self.styles[obj] = _font_style(self.textpage, index)
        return self.styles[obj]


def _character(textpage: pdfium.PdfTextPage, index: int) -> str:
    code = pdfium_c.FPDFText_GetUnicode(textpage.raw, index)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _text_object(textpage: pdfium.PdfTextPage, index: int) -> int:
    obj = pdfium_c.FPDFText_GetTextObject(textpage.raw, index)
    return ctypes.cast(obj, ctypes.c_void_p).value or 0


def _char_box(textpage: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float] | None:
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, rect):
        return None
    return rect.left, rect.bottom, rect.right, rect.top


def _font_size(textpage: pdfium.PdfTextPage, index: int) -> float:
    """Size in points as seen: the font size times the vertical scale of the text matrix."""
    matrix = pdfium_c.FS_MATRIX()
    size = float(pdfium_c.FPDFText_GetFontSize(textpage.raw, index))
    if pdfium_c.FPDFText_GetMatrix(textpage.raw, index, matrix):
        scale = float((matrix.c**2 + matrix.d**2) ** 0.5)
        return size * scale if scale else size
    return size


def _font_style(textpage: pdfium.PdfTextPage, index: int) -> tuple[bool, bool, str]:
    flags = ctypes.c_int()
    size = pdfium_c.FPDFText_GetFontInfo(textpage.raw, index, None, 0, flags)
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFText_GetFontInfo(textpage.raw, index, buffer, size, flags)
    font = buffer.value.decode("utf-8", "replace")
    lower = font.lower()
    weight = pdfium_c.FPDFText_GetFontWeight(textpage.raw, index)
    bold = weight >= _BOLD_WEIGHT or bool(flags.value & _BOLD_FLAG) or "bold" in lower or "black" in lower
    italic = bool(flags.value & _ITALIC_FLAG) or "italic" in lower or "oblique" in lower
    return bold, italic, font.partition("+")[2] or font


def _angle(textpage: pdfium.PdfTextPage, index: int) -> int:
    radians = float(pdfium_c.FPDFText_GetCharAngle(textpage.raw, index))
    return round(radians * 57.29578) % 360 if radians >= 0 else 0
