"""Words of a page's text layer, put together from PDFium's characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from pdf_parser.parsers import pdfium_chars as chars
from pdf_parser.parsers.layout.content import Word
from pdf_parser.parsers.layout.glyphs import (
    clean_char,
    clean_word,
    is_accent,
    overprinted,
    restore_ligatures,
    stacks_on,
)
from pdf_parser.parsers.layout.ligatures import MEASURED, Measured, lost_letters
from pdf_parser.parsers.layout.scripts import name_scripts
from pdf_parser.utils.pdf import PageSpace

MAX_CHARS = 200_000  # a page of a million text operators is cut here, with a note, instead of taking minutes
ASCENT, DESCENT = 0.85, 0.25  # in font sizes
MOSTLY_HIDDEN = 10  # so many hidden words to one visible: an OCR layer under a scan that bears a stamp
_WHITE = frozenset(" \t\r\n\xa0\x00\ufffe\uffff")
_BASELINE = 0.15  # in font sizes: a larger step is a superscript, a subscript or another line
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE

Rect = tuple[float, float, float, float]


def read_words(textpage: pdfium.PdfTextPage, space: PageSpace, rotation: int) -> tuple[list[Word], str | None]:
    """In the order of the content stream, and a note if not all were read. `rotation` is the page's own, in degrees.

    Hidden text (drawn in no colour, as under a scan) counts only where there is next to no visible text.
    """
    reader = _Reader(textpage, space, rotation)
    visible: list[Word] = []
    hidden: list[Word] = []
    for word, is_hidden in reader.words():
        if 0 <= (word.x0 + word.x1) / 2 <= space.width and 0 <= (word.y0 + word.y1) / 2 <= space.height:
            (hidden if is_hidden else visible).append(word)
    chosen = visible if len(visible) * MOSTLY_HIDDEN > len(hidden) else visible + hidden
    return name_scripts(overprinted(chosen)), reader.note


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one text object have in common."""

    size: float
    bold: bool
    italic: bool
    font: str
    angle: int
    hidden: bool


class _Reader:
    """Cuts the character stream of one page into words. Fonts are looked up once per text object."""

    def __init__(self, textpage: pdfium.PdfTextPage, space: PageSpace, rotation: int) -> None:
        self.raw = textpage.raw
        self.space = space
        self.rotation = rotation
        self.styles: dict[int, _Style] = {}
        count = textpage.count_chars()
        self.count = min(count, MAX_CHARS)
        self.lost = self._lost_letters()
        self.note = None if count <= MAX_CHARS else f"only the first {MAX_CHARS} of {count} characters were read"

    def words(self) -> Iterator[tuple[Word, bool]]:
        run: list[tuple[int, str]] = []
        style: _Style | None = None
        white = True
        last = 0
        for index in range(self.count):
            char = chars.character(self.raw, index)
            if char in _WHITE:
                if run and style is not None:
                    yield from self._word(run, style, white)
                run, white = [], True
                continue
            obj = chars.text_object(self.raw, index)
            if not run or obj != last:
                found = self._style(index, obj)
                if run and style is not None and (found != style or self._steps(run[-1][0], index, style.size)):
                    yield from self._word(run, style, white)
                    run, white = [], False
                style, last = found, obj
            run.append((index, self.lost.get(index, "") + char))
        if run and style is not None:
            yield from self._word(run, style, white)

    def _lost_letters(self) -> dict[int, str]:
        """Not where PDFium has taken a ligature apart itself: then both letters have one box."""
        found = lost_letters(self._measured())
        return {i: lost for i, lost in found.items() if not (self._is_over(i, i - 1) or self._is_over(i, i + 1))}

    def _measured(self) -> Iterator[Measured]:
        for index in range(self.count):
            char = chars.character(self.raw, index)
            box = chars.char_box(self.raw, index) if char in MEASURED else None
            if box is not None:
                style = self._style(index, chars.text_object(self.raw, index))
                if style.size and not style.angle:
                    yield Measured(index, char, (style.font, style.bold, style.italic), (box[2] - box[0]) / style.size)

    def _is_over(self, index: int, other: int) -> bool:
        a, b = chars.char_box(self.raw, index), chars.char_box(self.raw, other)
        if a is None or b is None or min(a[3], b[3]) <= max(a[1], b[1]):
            return False
        return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 * min(a[2] - a[0], b[2] - b[0])

    def _steps(self, before: int, index: int, size: float) -> bool:
        """Whether a character stands on another baseline than the one before, or does not follow it."""
        a, b = self._box(before), self._box(index)
        if a is None or b is None:
            return False
        if abs(a[3] - b[3]) <= _BASELINE * size and abs(a[1] - b[1]) <= _BASELINE * size:
            return b[0] < a[0] - size or b[0] > a[2] + 2 * size
        return abs(a[2] - b[2]) > _BASELINE * size or b[1] > a[3] + 2 * size or b[3] < a[1] - 2 * size

    def _word(self, run: list[tuple[int, str]], style: _Style, space_before: bool) -> Iterator[tuple[Word, bool]]:
        boxes = [box for i in {run[0][0], run[-1][0]} if (box := self._box(i)) is not None]
        text = clean_word(self._compose(run))
        if boxes and text:
            x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
            x1, y1 = max(b[2] for b in boxes), max(b[3] for b in boxes)
            size = style.size or y1 - y0
            x0, y0, x1, y1 = self._on_baseline((x0, y0, x1, y1), run[0][0], size, style.angle)
            word = Word(text, x0, y0, x1, y1, size, style.bold, style.italic, style.font, space_before, style.angle)
            yield word, style.hidden

    def _on_baseline(self, box: Rect, index: int, size: float, angle: int) -> Rect:
        """The box as high as type usually is: fonts state heights so differently that lines of one size differ."""
        origin = chars.origin(self.raw, index)
        if origin is None or angle % 90:
            return box
        (x, y), (x0, y0, x1, y1) = self.space.point(*origin), box
        up, down = ASCENT * size, DESCENT * size
        if angle % 180:
            return (x - down, y0, x + up, y1) if angle == 90 else (x - up, y0, x + down, y1)
        return (x0, y - up, x1, y + down) if angle == 0 else (x0, y - down, x1, y + up)

    def _compose(self, run: list[tuple[int, str]]) -> str:
        """The characters, an accent that is a glyph of its own set on the letter that it stands over."""
        if not any(is_accent(char) for _, char in run):
            return "".join(map(clean_char, restore_ligatures("".join(char for _, char in run))))
        return stacks_on([(clean_char(char), self._box(i)) for i, char in run])

    def _box(self, index: int) -> Rect | None:
        box = chars.char_box(self.raw, index)
        return None if box is None else self.space.box(*box)

    def _style(self, index: int, obj: int) -> _Style:
        if obj not in self.styles:
            angle = (chars.angle(self.raw, index) + self.rotation) % 360
            bold, italic, font = chars.font_style(self.raw, index)
            hidden = pdfium_c.FPDFTextObj_GetTextRenderMode(chars.object_at(self.raw, index)) == _INVISIBLE
            self.styles[obj] = _Style(round(chars.font_size(self.raw, index), 2), bold, italic, font, angle, hidden)
        return self.styles[obj]
