"""What stands at the head of every part of a cut table: its caption and header, shortened when they would take over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pdf_parser.utils.splitter_cut import cut_text, words_that_fit
from pdf_parser.utils.splitter_flow import PlacedTable
from pdf_parser.utils.splitter_lines import TableLines, short_header
from pdf_parser.utils.splitter_pieces import Budget, Group, Piece, joined

SHORT_NAMES = (
    8,
    5,
    3,
    2,
    1,
)  # words of a column's name; steps, so that a header of any length is counted a few times only


@dataclass(frozen=True, slots=True)
class Head:
    """`says_caption`, `says_names`: the whole caption and every name of the header are in it, once at least."""

    caption: Group
    header: Group
    says_caption: bool = True
    says_names: bool = True

    @property
    def pieces(self) -> Group:
        return self.caption + self.header


class Heads:
    """The heads that one table may have, from the longest to none."""

    def __init__(self, placed: PlacedTable, lines: TableLines, row: Piece, budget: Budget) -> None:
        self._placed, self._lines, self._row, self._budget = placed, lines, row, budget
        self._heads = [(budget.count(joined(head.pieces)), head) for head in self._forms()]

    def fitting(self, room: int) -> Head:
        """The first one of at most `room` tokens."""
        return next(head for tokens, head in self._heads if tokens <= room or not head.pieces)

    def caption(self) -> Group:
        """All of it; one that is too long for a head is no head's, so it may end a chunk."""
        most = max(1, self._budget.half // 2)
        texts = cut_text(self._placed.caption, most, most, self._budget.count)
        return [self._caption(text.rstrip(), " " if i else "\n") for i, text in enumerate(texts)]

    def _forms(self) -> Iterator[Head]:
        """Names in each column, then said once, then the caption shortened, then the names, then neither."""
        whole = self.caption()
        caption, is_whole = (_leading(whole), True) if len(whole) < 2 else (self._short(self._budget.half // 2), False)
        yield Head(caption, self._header(self._lines.header), is_whole)
        yield Head(caption, self._header(short_header(self._lines.names)), is_whole)
        if not self._lines.names:
            yield Head([], [], not whole, True)
            return
        brief = self._short(self._budget.half // 4)
        says_caption = is_whole and brief == caption
        yield Head(brief, self._header(short_header(self._lines.names)), says_caption)
        for n in SHORT_NAMES:
            yield Head(brief, self._header(short_header(self._lines.names, n)), says_caption, False)
        yield Head([], [], not whole, False)

    def _short(self, room: int) -> Group:
        """The caption's beginning, to tell the table by."""
        text = self._placed.caption
        if self._budget.count(text) > room:
            length = words_that_fit(text, room - 1, self._budget.count)
            text = text[:length].rstrip() + "…" if length else ""
        return _leading([self._caption(text)] if text else [])

    def _caption(self, text: str, sep: str = "\n") -> Piece:
        block_id = self._placed.caption_block_id or self._row.block_id
        return sized(replace(self._row, block_id=block_id, sep=sep), text, self._budget)

    def _header(self, lines: tuple[str, ...]) -> Group:
        return _leading([sized(self._row, "\n".join(lines), self._budget)] if lines else [])


def sized(like: Piece, text: str, budget: Budget) -> Piece:
    return replace(like, text=text, tokens=budget.count(like.sep + text))


def _leading(pieces: Group) -> Group:
    return [replace(p, leads=True) for p in pieces]
