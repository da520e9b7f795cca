"""What DeepSeek-OCR writes: Markdown, each piece behind a label and its boxes, in thousandths of the page.

    <|ref|>sub_title<|/ref|><|det|>[[450, 263, 547, 283]]<|/det|>
    ## Abstract

Servers that strip special tokens leave `sub_title[[450, 263, 547, 283]]`, which is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox, union
from pdf_parser.parsers.markup.markdown import bare_answer, markdown_pieces
from pdf_parser.parsers.markup.piece import Piece

GRID = 999.0  # run_dpsk_ocr_image.py of deepseek-ai/DeepSeek-OCR: int(x1 / 999 * image_width)
_BOX = r"\[\s*-?\d+(?:\.\d+)?\s*(?:,\s*-?\d+(?:\.\d+)?\s*){3}\]"
_BOXES = rf"\[\s*{_BOX}\s*(?:,\s*{_BOX}\s*)*\]"
_TAG = re.compile(
    rf"<\|ref\|>(?P<label>[^<\n]*)<\|/ref\|>\s*<\|det\|>\s*(?P<boxes>{_BOXES})\s*<\|/det\|>"
    rf"|^[ \t]*(?P<bare_label>[a-z][a-z_]*)[ \t]*(?P<bare_boxes>{_BOXES})[ \t]*$",
    re.MULTILINE,
)
_STRAY = re.compile(r"<\|/?(?:ref|det|grounding)\|>")
_HASH = re.compile(r"^[ \t]*(?=#)", re.MULTILINE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LABELS = {
    "title": BlockKind.HEADING,
    "sub_title": BlockKind.HEADING,
    "image_caption": BlockKind.CAPTION,
    "figure_title": BlockKind.CAPTION,
    "table_caption": BlockKind.CAPTION,
    "table_title": BlockKind.CAPTION,
    "table_footnote": BlockKind.FOOTNOTE,
    "footnote": BlockKind.FOOTNOTE,
    "header": BlockKind.PAGE_HEADER,
    "footer": BlockKind.PAGE_FOOTER,
    "page_number": BlockKind.PAGE_FOOTER,
    "equation": BlockKind.FORMULA,
    "formula": BlockKind.FORMULA,
    "code": BlockKind.CODE,
}
_PICTURES = ("image", "figure", "picture", "chart")


def grounded_pieces(text: str, width: float, height: float) -> list[Piece]:
    """`width` and `height` of the page in points. What stands before the first tag has no box of its own."""
    text = bare_answer(text)
    tags = list(_TAG.finditer(text))
    starts = [*(tag.start() for tag in tags), len(text)]
    pieces = markdown_pieces(_STRAY.sub("", text[: starts[0]]))
    for tag, end in zip(tags, starts[1:], strict=True):
        label = (tag["label"] or tag["bare_label"]).strip().lower()
        box = _box(tag["boxes"] or tag["bare_boxes"], width, height)
        pieces.extend(replace(piece, bbox=box) for piece in _labelled(label, _STRAY.sub("", text[tag.end() : end])))
    return pieces


def _box(boxes: str, width: float, height: float) -> BBox:
    """Around all boxes of the tag; corners may come in any order."""
    numbers = [float(number) for number in _NUMBER.findall(boxes)]
    corners = [(x / GRID * width, y / GRID * height) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    return union(BBox(x0=x, y0=y, x1=x, y1=y) for x, y in corners).clip(width, height)


def _labelled(label: str, content: str) -> Iterator[Piece]:
    """Structure in the content goes before the label, but for `#` in what is no title: there it is text."""
    kind = _LABELS.get(label, BlockKind.PARAGRAPH)
    found = markdown_pieces(content if kind is BlockKind.HEADING else _HASH.sub("\\\\", content))
    if label in _PICTURES:
        yield Piece(BlockKind.PICTURE, " ".join(piece.text for piece in found).strip())
        return
    for piece in found:
        if piece.kind is BlockKind.PARAGRAPH and kind is not BlockKind.PARAGRAPH:
            level = (1 if label == "title" else 2) if kind is BlockKind.HEADING else None
            yield replace(piece, kind=kind, level=level)
        else:
            yield piece
