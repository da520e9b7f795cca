"""Packs the pieces of prose into chunks: sections apart, headings with their text, sentences shared at the seams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.utils.splitter_pieces import Budget, Group, Piece, cut_piece, settle


class Prose:
    """Holds at most one chunk's pieces. Every method yields the groups that are now complete."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._held: Group = []

    def add(self, piece: Piece) -> Iterator[Group]:
        if piece.leads and self._section_stands_alone():
            yield from self.flush()
        while self._held and self._total() + piece.tokens > self._budget.size:
            body, leads = _part(self._held)
            if body:
                yield from settle(body, self._budget)
                self._held = leads or _overlap(body, piece, self._budget)
            elif cut := self._cut_to_stay_together(piece):
                self._held.append(cut[0])
                piece = cut[1]
            else:
                n = max(1, len(leads) - 1)  # of many headings the last one stays
                self._held = leads[n:]
                yield from settle(leads[:n], self._budget)
        self._held.append(piece)

    def lead(self) -> Iterator[Group]:
        """Completes what needs no sequel; headings, and a tiny rest, stay for `take`."""
        body, leads = _part(self._held)
        if _tokens(body) >= self._budget.tiny:
            yield from settle(body, self._budget)
            self._held = leads

    def take(self) -> Group:
        held, self._held = self._held, []
        return held

    def flush(self) -> Iterator[Group]:
        yield from settle(self.take(), self._budget)

    def _total(self) -> int:
        return _tokens(self._held)

    def _cut_to_stay_together(self, piece: Piece) -> tuple[Piece, Piece] | None:
        """Rather a cut sentence than a heading without its text; but a page of headings is text like any other."""
        room = self._budget.size - self._total()
        return None if piece.leads or room < self._budget.size // 3 else cut_piece(piece, room, self._budget.count)

    def _section_stands_alone(self) -> bool:
        return bool(self._held) and not self._held[-1].leads and self._total() >= self._budget.tiny


def _part(pieces: Group) -> tuple[Group, Group]:
    """What may end a chunk, and the headings at the end, which may not."""
    n = len(pieces)
    while n and pieces[n - 1].leads:
        n -= 1
    return pieces[:n], pieces[n:]


def _overlap(body: Group, following: Piece, budget: Budget) -> Group:
    """The last whole sentences of a chunk, back to its last heading, as far as they and what follows leave room."""
    room = min(budget.overlap, budget.size - following.tokens)
    start = len(body)
    while start and not body[start - 1].leads and body[start - 1].tokens <= room:
        start -= 1
        room -= body[start].tokens
    return body[start:]


def _tokens(pieces: Sequence[Piece]) -> int:
    return sum(p.tokens for p in pieces)
