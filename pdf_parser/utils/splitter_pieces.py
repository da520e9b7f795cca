"""Pieces: what chunks are put together from. A piece is a sentence, a heading, a line of code or a row of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pdf_parser.domain.document import Block, BlockKind
from pdf_parser.utils.sentences import split_sentences
from pdf_parser.utils.splitter_cut import CountTokens, cut_text, spaced, words_that_fit

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Budget:
    """How long chunks may be, in tokens as `count` counts them: `size` is a ceiling, not a goal."""

    size: int
    overlap: int
    count: CountTokens

    @property
    def unit(self) -> int:
        """What must be cut by force is cut this short, so that it can serve as overlap."""
        return self.overlap or max(1, self.size // 6)

    @property
    def tiny(self) -> int:
        """Less than this is no chunk of its own and waits for what follows: 50 of 300."""
        return max(1, self.size // 6)

    @property
    def half(self) -> int:
        """A heading or table header longer than this is text like any other: it could not be repeated or kept."""
        return self.size // 2


@dataclass(frozen=True, slots=True)
class Piece:
    """`sep` stands between this piece and the one before it; `tokens` counts both. `leads`: goes with what follows."""

    text: str
    sep: str
    tokens: int
    page: int
    block_id: str
    path: tuple[str, ...] = ()
    leads: bool = False
    table_id: str | None = None
    serialized: bool = False


Group: TypeAlias = list[Piece]  # the pieces of one chunk


def joined(pieces: Sequence[Piece]) -> str:
    return "".join(p.sep + p.text if i else p.text for i, p in enumerate(pieces))


def settle(pieces: Sequence[Piece], budget: Budget) -> Iterator[Group]:
    """Normally one group. More only where the joined text has more tokens than its pieces, which is rare."""
    pieces = list(pieces)
    while pieces:
        n = len(pieces)
        while n > 1 and (budget.count(joined(pieces[:n])) > budget.size or (n < len(pieces) and pieces[n - 1].leads)):
            n -= 1
        yield pieces[:n]
        pieces = pieces[n:]


def block_pieces(block: Block, sep: str, budget: Budget) -> Iterator[Piece]:
    """The whole text of a block. `sep` parts it from the block before. No piece is longer than a chunk may be."""
    text = " ".join(filter(None, (block.marker, block.text.strip())))
    leads = block.kind is BlockKind.HEADING and budget.count(text) <= budget.half
    parts = [("", text)] if leads and text else _parts(text, block.kind, budget)
    for inner_sep, part in parts:
        sep = sep or inner_sep
        yield Piece(part, sep, budget.count(sep + part), block.page, block.id, block.heading_path, leads)
        sep = ""


def cut_piece(piece: Piece, room: int, count: CountTokens) -> tuple[Piece, Piece] | None:
    """The words of a piece that fit into `room` tokens, and the rest. None when one of the two would be empty."""
    length = words_that_fit(piece.text, room - count(piece.sep), count)
    head, tail = piece.text[:length].rstrip(), piece.text[length:]
    if not head or not tail:
        return None
    return (
        replace(piece, text=head, tokens=count(piece.sep + head)),
        replace(piece, text=tail, sep=" ", tokens=count(" " + tail)),
    )


def _parts(text: str, kind: BlockKind, budget: Budget) -> Iterator[tuple[str, str]]:
    slices = _LINE.findall(text) if kind is BlockKind.CODE else split_sentences(text)
    return spaced(part for s in slices for part in _short(s, budget))


def _short(text: str, budget: Budget) -> Iterator[str]:
    if budget.count(text.rstrip()) <= budget.size:
        yield text
    else:
        yield from cut_text(text, budget.size, budget.unit, budget.count)
