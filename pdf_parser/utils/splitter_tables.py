"""Cuts tables between rows and puts caption and header at the head of every part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pdf_parser.utils.splitter_cut import cut_text
from pdf_parser.utils.splitter_flow import PlacedTable
from pdf_parser.utils.splitter_heads import Heads, sized
from pdf_parser.utils.splitter_lines import TableLines, short_header
from pdf_parser.utils.splitter_pieces import Budget, Group, Piece, joined, settle

_DRIFT = 2  # tokens that joining a row to its header may add


@dataclass(slots=True)
class _Parts:
    """`lead` is said once, `first` heads the first part, `head` the others. `openings`: rows as they begin a part."""

    lead: Group
    first: Group
    head: Group
    rows: Group
    openings: Group


def table_groups(placed: PlacedTable, lines: TableLines, lead: Group, budget: Budget) -> Iterator[Group]:
    """`lead`, headings or a tiny rest of prose, goes before the first part.

    A row is cut only when it alone is longer than a chunk. One that does not fit beside the header has a shorter one.
    """
    row = Piece("", "\n", 0, placed.table.page, placed.block_id, placed.path, table_id=placed.table.id)
    heads = Heads(placed, lines, row, budget)
    parts = _parts(heads, lines, row, lead, budget)
    start = [*parts.lead, *parts.first]
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
            yield from _long_row(parts.rows[at], parts.head, heads, budget)
            n = 1
        at += n
        start = parts.head
        if n and at < len(parts.rows):
            parts.rows[at] = parts.openings[at]
    if not parts.rows:
        yield from settle(start, budget)


def _parts(heads: Heads, lines: TableLines, row: Piece, lead: Group, budget: Budget) -> _Parts:
    """What the head leaves out is said before it: the caption as lead, the names as rows."""
    head = heads.fitting(budget.half)
    first = head.pieces if head.says_caption else head.header
    lead = lead if head.says_caption else [*lead, *_apart(heads.caption(), budget)]
    rows = [sized(row, text, budget) for text in lines.rows]
    openings = [sized(row, text, budget) for text in lines.openings]
    if not head.says_names:
        names = [sized(row, text, budget) for text in short_header(lines.names)[:-1]]
        first, rows, openings = first[: len(first) - len(head.header)], names + rows, names + openings
    first, rows = (_apart(first, budget), rows) if first else (first, _apart(rows, budget))
    return _Parts(lead, first, head.pieces, rows, openings)


def _apart(pieces: Group, budget: Budget) -> Group:
    """An empty line before the first one."""
    return [sized(replace(p, sep="\n\n"), p.text, budget) for p in pieces[:1]] + pieces[1:]


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


def _long_row(row: Piece, head: Group, heads: Heads, budget: Budget) -> Iterator[Group]:
    if _stands_alone(row, budget):
        yield [*heads.fitting(budget.size - row.tokens - _DRIFT).pieces, row]
        return
    room = max(1, budget.size - sum(p.tokens for p in head) - _DRIFT)
    for text in cut_text(row.text, room, room, budget.count):
        yield from settle([*head, sized(row, text.rstrip(), budget)], budget)
