"""The table in a region that somebody else, a layout model, has already called one: nothing is left to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.parsers.layout.content import PageContent
from pdf_parser.parsers.layout.tables.aligned import aligned_table
from pdf_parser.parsers.layout.tables.find import inside
from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.lattice import find_lattices
from pdf_parser.parsers.layout.tables.ruled import ruled_table
from pdf_parser.parsers.layout.tables.rulings import Rulings, box_edges, merge_rules
from pdf_parser.parsers.layout.tables.stacks import Box
from pdf_parser.parsers.layout.tables.text import is_dashes

MOST = 0.5  # of the words: a drawn grid that holds so many is the table, the others are notes to it


def table_in_region(content: PageContent, box: Box) -> FoundTable | None:
    """Points, origin top-left. None where the words of the region show no grid; words may stay outside of it."""
    items = [it for it in inside(list(enumerate(content.words)), box) if not is_dashes(it[1].text)]
    if not items:
        return None
    best: FoundTable | None = None
    for table in _candidates(content, box, items):
        if len(table.words) >= MOST * len(items):
            return table
        best = table if best is None or len(table.words) > len(best.words) else best
    return best


def _candidates(content: PageContent, box: Box, items: Sequence[Item]) -> Iterator[FoundTable]:
    """Drawn grids first, then grids of painted cells, then what lines up."""
    drawn = merge_rules(content.rules).within(*box)
    yield from _ruled(drawn, items)
    painted = box_edges(content.boxes, content.width, content.height)
    yield from _ruled(merge_rules([*content.rules, *painted]).within(*box), items)
    table = aligned_table(items, drawn)
    if table is not None:
        yield table


def _ruled(rulings: Rulings, items: Sequence[Item]) -> Iterator[FoundTable]:
    for lattice in find_lattices(rulings):
        table = ruled_table(lattice, inside(items, lattice.box))
        if table is not None and table.n_rows > 1 and table.n_cols > 1:
            yield table
