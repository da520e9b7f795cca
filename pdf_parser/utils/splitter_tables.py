"""Cuts tables between rows and puts caption and header at the head of every part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pdf_parser.utils.splitter_cut import cut_text
from pdf_parser.utils.splitter_flow import PlacedTable
from pdf_parser.utils.splitter_lines import TableLines
from pdf_parser.utils.splitter_pieces import Budget, Group, Piece, joined, settle

_DRIFT = 2  # tokens that joining a row to its header may add


@dataclass(slots=True)
class _Parts:
    """`lead` is said once, `head` in every part. `openings` are the rows as they begin a part."""

    lead: Group
    head: Group
    rows: Group
    openings: Group


def table_groups(placed: PlacedTable, lines: TableLines, lead: Group, budget: Budget) -> Iterator[Group]:
    """`lead`, headings or a tiny rest of prose, goes before the first part.

    A row is cut only when it alone is longer than a chunk. One that just does not fit beside the header stands alone.
    """
    parts = _parts(placed, lines, lead, budget)
    start = [*parts.lead, *parts.head]
    if budget.count(joined(start)) > budget.size:
        yield from settle(parts.lead, budget)
        parts.lead, start = [], parts.head
    at = 0
    while at < len(parts.rows):
        n = _fitting(start, parts.rows, at, budget)
        if n:
            yield start + parts.rows[at : at + n]
        elif start is not parts.head and (parts.lead or _stands_alone(parts.rows[at], budget)):
            yield from settle(start, budget)
        else:
            yield from _long_row(parts.rows[at], parts.head, budget)
            n = 1
        at += n
        start = parts.head
        if n and at < len(parts.rows):
            parts.rows[at] = parts.openings[at]
    if not parts.rows:
        yield from settle(start, budget)


def _parts(placed: PlacedTable, lines: TableLines, lead: Group, budget: Budget) -> _Parts:
    """A caption that is too long to be repeated joins the lead; a header that is too long becomes rows."""
    row = Piece("", "\n", 0, placed.table.page, placed.block_id, placed.path, table_id=placed.table.id)
    caption = _caption(placed, row, budget)
    header = [_piece(row, "\n".join(lines.header), budget)] if lines.header else []
    rows = [_piece(row, text, budget) for text in lines.rows]
    openings = [_piece(row, text, budget) for text in lines.openings]
    if len(caption) > 1:
        lead, caption = [*lead, *caption], []
    if header and budget.count(joined([*caption, *header])) > budget.half:
        names = [_piece(row, text, budget) for text in lines.header[:-1]]
        header, rows, openings = [], names + rows, names + openings
    head = [replace(p, leads=True) for p in (*caption, *header)]
    return _Parts(lead, _apart(head, budget), rows if head else _apart(rows, budget), openings)


def _apart(pieces: Group, budget: Budget) -> Group:
    """An empty line before the first one."""
    return [_piece(replace(p, sep="\n\n"), p.text, budget) for p in pieces[:1]] + pieces[1:]


def _caption(placed: PlacedTable, like: Piece, budget: Budget) -> Group:
    like = replace(like, block_id=placed.caption_block_id or placed.block_id)
    most = max(1, budget.half // 2)
    return [_piece(like, text.rstrip(), budget) for text in cut_text(placed.caption, most, most, budget.count)]


def _piece(like: Piece, text: str, budget: Budget) -> Piece:
    return replace(like, text=text, tokens=budget.count(like.sep + text))


def _fitting(start: Group, rows: Group, at: int, budget: Budget) -> int:
    """How many rows from `at` on fit beside `start` in one chunk."""
    total = sum(p.tokens for p in start)
    n = 0
    while at + n < len(rows) and total + rows[at + n].tokens <= budget.size:
        total += rows[at + n].tokens
        n += 1
    while n and budget.count(joined(start + rows[at : at + n])) > budget.size:
        n -= 1
    return n


def _stands_alone(row: Piece, budget: Budget) -> bool:
    return budget.count(row.text) <= budget.size


def _long_row(row: Piece, head: Group, budget: Budget) -> Iterator[Group]:
    if _stands_alone(row, budget):
        yield [row]
        return
    room = max(1, budget.size - sum(p.tokens for p in head) - _DRIFT)
    for text in cut_text(row.text, room, room, budget.count):
        yield from settle([*head, _piece(row, text.rstrip(), budget)], budget)
