"""Lines to blocks: paragraphs and list items, in the order of the lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.domain.document import BlockKind, TextStyle
from pdf_parser.parsers.layout.content import Line

PARAGRAPH_GAP = 0.6  # in font sizes: more white between two lines begins a new paragraph
SIZE_TOLERANCE = 0.1
_MARKER = re.compile(r"^([•◦▪‣●○■–—*-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+(?=\S)")
_HYPHENS = ("-", "\u00ad", "\u2010")


@dataclass(slots=True)
class TextBlock:
    """Lines that belong together, not yet bound to a page."""

    kind: BlockKind
    lines: list[Line]
    marker: str | None = None

    @property
    def text(self) -> str:
        text = join_lines([line.text for line in self.lines])
        return text[len(self.marker) :].lstrip() if self.marker else text

    @property
    def style(self) -> TextStyle:
        weights: Counter[tuple[float, bool, bool, str]] = Counter()
        for line in self.lines:
            for w in line.words:
                weights[(round(w.size, 1), w.bold, w.italic, w.font)] += len(w.text)
        size, bold, italic, font = weights.most_common(1)[0][0]
        return TextStyle(size=size, bold=bold, italic=italic, font=font)


def group_blocks(lines: Sequence[Line]) -> list[TextBlock]:
    """Every line is in exactly one block; order is kept."""
    blocks: list[TextBlock] = []
    for line in lines:
        marker = _list_marker(line)
        if blocks and marker is None and _belongs(blocks[-1], line):
            blocks[-1].lines.append(line)
        else:
            kind = BlockKind.LIST_ITEM if marker else BlockKind.PARAGRAPH
            blocks.append(TextBlock(kind, [line], marker))
    return blocks


def join_lines(texts: Sequence[str]) -> str:
    """One paragraph; a word that was broken with a hyphen before a small letter is made whole again."""
    joined = ""
    for text in texts:
        if joined.endswith(_HYPHENS) and text[:1].islower() and joined[-2:-1].isalpha():
            joined = joined[:-1] + text
        else:
            joined = f"{joined} {text}" if joined else text
    return joined


def _list_marker(line: Line) -> str | None:
    found = _MARKER.match(line.text)
    return found.group(1) if found else None


def _belongs(block: TextBlock, line: Line) -> bool:
    last = block.lines[-1]
    size = max(last.size, line.size)
    if abs(last.size - line.size) > SIZE_TOLERANCE * size or last.words[0].angle != line.words[0].angle:
        return False
    if last.words[0].bold != line.words[0].bold and last.words[-1].bold != line.words[-1].bold:
        return False
    gap = line.y0 - last.y1
    overlaps = min(last.x1, line.x1) > max(last.x0, line.x0)
    return overlaps and -size <= gap <= PARAGRAPH_GAP * size and line.y0 > last.y0
