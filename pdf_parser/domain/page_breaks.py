"""Tables that a page break has cut. Parsers see one page at a time; only the pages in a row tell that a table goes on.

Two tables on pages in a row are parts of one when they have as many columns and are as wide, the second begins its
page, and either its caption says that it is continued, or the first ends its page and the second repeats its header or
has none. What is unsure stays apart: the parts are published anyway, and a wrong whole would mislead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.stitch import repeated_header
from pdf_parser.domain.table import Table

SLACK = 0.03  # by how much parts may differ in width and place, as a share of the page's width
_AROUND = (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER)
_CONTINUED = re.compile(
    r"\bcont(?:inued|['’]d|\.)|\bfortsetzung\b|\bfortgesetzt\b|\bsuite\b|\bcontinuación\b|\bsegue\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _Last:
    """The last table of a page, and the part that it began with."""

    page: int
    table: Table
    first: Table
    ends_page: bool


def link_tables(pages: Iterable[Page]) -> Iterator[Page]:
    """The same pages, `continued_from` set where it was not. Pages come merged and in order; one table is held."""
    last: _Last | None = None
    for page in pages:
        table, begun = _table_at_top(page), None
        if last is not None and table is not None and _goes_on(last, table, page):
            linked = table.model_copy(update={"continued_from": last.table.id})
            page = page.model_copy(update={"tables": tuple(linked if t is table else t for t in page.tables)})
            begun = last.first
        last = _last_table(page, begun)
        yield page


def _goes_on(last: _Last, table: Table, page: Page) -> bool:
    if page.page != last.page + 1 or table.continued_from is not None or table.n_cols != last.table.n_cols:
        return False
    slack, box, other = SLACK * page.width, table.bbox, last.table.bbox
    if abs(box.width - other.width) > slack:
        return False
    if _CONTINUED.search(table.caption or ""):
        return True
    if not last.ends_page or table.caption not in (None, last.first.caption) or abs(box.x0 - other.x0) > slack:
        return False
    return table.header_rows() == 0 or repeated_header(last.first, table) > 0


def _last_table(page: Page, begun: Table | None) -> _Last | None:
    """`begun` is the first part of the table at the top of the page, when it goes on from the page before."""
    placed = [table for block in page.blocks if block.kind is BlockKind.TABLE and (table := _table_of(block, page))]
    if not placed:
        return None
    table = placed[-1]
    first = begun if begun is not None and len(placed) == 1 else table
    return _Last(page.page, table, first, ends_page=_ends(page))


def _table_at_top(page: Page) -> Table | None:
    """The table that nothing stands before, but a caption that says it goes on."""
    for block in page.blocks:
        if block.kind is BlockKind.TABLE:
            return _table_of(block, page)
        if block.kind not in _AROUND and not (block.kind is BlockKind.CAPTION and _CONTINUED.search(block.text)):
            return None
    return None


def _ends(page: Page) -> bool:
    """Whether nothing stands behind the last table, but notes."""
    behind = takewhile(lambda block: block.kind is not BlockKind.TABLE, reversed(page.blocks))
    return all(block.kind in (*_AROUND, BlockKind.FOOTNOTE) for block in behind)


def _table_of(block: Block, page: Page) -> Table | None:
    return next((table for table in page.tables if table.id == block.table_id), None)
