"""Lines to blocks: paragraphs and list items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.layout.content import Line
from pdf_parser.parsers.layout.markers import bullet_of, enumerator_of, is_caption, is_next
from pdf_parser.parsers.layout.textblock import Other, TextBlock

PARAGRAPH_GAP = 0.6  # in font sizes: more white between two lines begins a new paragraph
SIZE_TOLERANCE = 0.12
OPEN_BLOCKS = 6  # so many blocks back may a line find the one that it goes on with
RECENT_LINES = 30  # of a block, that tell where its text begins and ends
LONG_LINE = 28  # characters: shorter ones side by side are more likely cells than columns of prose


def group_blocks(lines: Sequence[Line]) -> list[TextBlock]:
    """Every line is in exactly one block, blocks in the order of their first lines."""
    return _Grouping(_line_gaps(lines)).group(lines)


def regroup_blocks(ordered: Sequence[TextBlock | Other]) -> list[TextBlock | Other]:
    """Once more, where the order is not that of the stream: only now do lines follow on one another."""
    if all(a.rank <= b.rank for a, b in pairwise(ordered)):
        return list(ordered)
    out: list[TextBlock | Other] = []
    lines: list[Line] = []
    for item in ordered:
        if isinstance(item, TextBlock) and item.box is None:
            lines += item.lines
            continue
        out += [*group_blocks(lines), item]
        lines = []
    return [*out, *group_blocks(lines)]


def _line_gaps(lines: Sequence[Line]) -> dict[float, float]:
    """By font size: the white that usually stands between two lines of a paragraph. Double spacing is seen here."""
    found: dict[float, list[float]] = defaultdict(list)
    for a, b in pairwise(lines):
        if a.size == b.size and abs(a.x0 - b.x0) < 0.5 * a.size and len(a.text) > 30:
            found[a.size].append(b.y0 - a.y1)
    return {size: median(gaps) for size, gaps in found.items() if len(gaps) >= 3}


@dataclass
class _Grouping:
    gaps: dict[float, float]
    blocks: list[TextBlock] = field(default_factory=list)

    def group(self, lines: Sequence[Line]) -> list[TextBlock]:
        for line in lines:
            home = self._home(line)
            marker = _marker(line, home)
            if home is not None and marker is None:
                home.lines.append(line)
            else:
                self.blocks.append(_new_block(line, marker))
        return self.blocks

    def _home(self, line: Line) -> TextBlock | None:
        """The block that the line goes on with: the last one, or one near, left for a line of another column."""
        if not self.blocks:
            return None
        if self._belongs(self.blocks[-1], line):
            return self.blocks[-1]
        if not any(_same_row(b.lines[-1], line) and _is_long(b.lines[-1]) for b in self.blocks[-OPEN_BLOCKS:]):
            return None
        for block in reversed(self.blocks[-OPEN_BLOCKS:-1]):
            last = block.lines[-1]
            if _is_long(last) and abs(last.x0 - line.x0) < 1.5 * line.size and self._belongs(block, line):
                return block
        return None

    def _belongs(self, block: TextBlock, line: Line) -> bool:
        last = block.lines[-1]
        size = max(last.size, line.size)
        if abs(last.size - line.size) > SIZE_TOLERANCE * size or _style_changes(last, line):
            return False
        if min(last.x1, line.x1) <= max(last.x0, line.x0) or line.y1 <= last.y1:
            return False
        gap = line.y0 - last.y1
        usual = self.gaps.get(line.size)
        limit = PARAGRAPH_GAP * size if usual is None else min(PARAGRAPH_GAP * size, usual + 0.3 * size)
        if usual is not None and usual > PARAGRAPH_GAP * size:
            limit = usual + 0.15 * size
        return -size <= gap <= limit and not is_caption(line.text) and not _begins_paragraph(block, line)


def _new_block(line: Line, marker: str | None) -> TextBlock:
    if marker:
        return TextBlock(BlockKind.LIST_ITEM, [line], marker)
    return TextBlock(BlockKind.CAPTION if is_caption(line.text) else BlockKind.PARAGRAPH, [line])


def _same_row(a: Line, b: Line) -> bool:
    return min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0)


def _is_long(line: Line) -> bool:
    return len(line.text) > LONG_LINE


def _style_changes(last: Line, line: Line) -> bool:
    """A wholly bold or italic line beside one that is not, with the change at the line break."""
    bold = last.is_bold != line.is_bold and last.words[-1].bold != line.words[0].bold
    italic = last.is_italic != line.is_italic and last.words[-1].italic != line.words[0].italic
    return bold or (italic and abs(last.size - line.size) > 0.02 * line.size)


def _begins_paragraph(block: TextBlock, line: Line) -> bool:
    """An indented line after a full one, or any line after one that stopped short at the end of a sentence."""
    last = block.lines[-1]
    if block.marker is None and len(block.lines) >= 2 and line.text[:1].isupper():
        left = min(each.x0 for each in block.lines[max(1, len(block.lines) - RECENT_LINES) :])
        if line.x0 - left > 0.9 * line.size and abs(last.x0 - left) < 0.3 * line.size:
            return True
    right = max(each.x1 for each in block.lines[-RECENT_LINES:])
    first = line.words[0]
    room = max(right, line.x1) - last.x1
    fits = room > (first.x1 - first.x0) + 2.5 * line.size
    return fits and last.text[-1:] in '.?!:”"' and (line.text[:1].isupper() or line.text[:1].isdigit())


def _marker(line: Line, home: TextBlock | None) -> str | None:
    """`home` is the block that the line would otherwise go on with."""
    marker = bullet_of(line.text)
    if marker is not None:
        return marker if marker not in "-–—*" or home is None or _may_begin_item(line, home) else None
    marker = enumerator_of(line.text)
    if marker is None or (home is not None and not _may_begin_item(line, home) and not _follows(marker, line, home)):
        return None
    return marker


def _follows(marker: str, line: Line, home: TextBlock) -> bool:
    return home.marker is not None and is_next(home.marker, marker) and abs(home.lines[0].x0 - line.x0) < line.size


def _may_begin_item(line: Line, home: TextBlock) -> bool:
    """A wrapped line may begin with "1. " by chance: then the one before is full and does not end a sentence."""
    before = home.lines[-1]
    ends = before.text[-1:] in ".:;?!,)" or len(before.text) < 25
    indented = abs(line.x0 - before.x0) > 0.5 * line.size
    short = before.x1 < line.x1 - 4 * line.size
    return ends or indented or short
