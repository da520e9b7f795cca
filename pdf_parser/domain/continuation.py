"""Tables that go on over pages: the part at the top of a page names the part at the foot of the page before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.table import Cell, Table

SAME_EDGE = 0.03  # of the page's width: so far may the sides of two parts be apart
MARGIN = 0.1  # of the page's height: what stands there is a running header or footer, whatever it was called
REPEATED = 0.6  # of the head's texts: "Total" may have become "Total (continued)"
_BESIDE = (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER, BlockKind.FOOTNOTE)
_NUMBER = re.compile(r"^\w+\.?\s*([A-Z]?[-.]?\d+(?:[-.–]\d+)*)", re.IGNORECASE)
_CONTINUED = re.compile(
    r"\b(continued|cont(inuation|['’]?d)?\b\.?|fortsetzung|forts\.|suite|continuación|continua)", re.IGNORECASE
)


def link_continued(pages: Iterable[Page]) -> Iterator[Page]:
    """Pages must come in order, their running headers named. A chain of parts names each time the part before."""
    before: Page | None = None
    for page in pages:
        if before is not None and before.page + 1 == page.page:
            page = _linked(before, page)
        before = page
        yield page


def _linked(before: Page, page: Page) -> Page:
    lower = _table_at_top(page)
    is_said = lower is not None and _CONTINUED.search(lower.caption or "") is not None
    upper = _table_at_foot(before, notes_behind=is_said)
    if upper is None or lower is None or not _same_table(upper, lower, page.width):
        return page
    if not is_said and _has_head_of_its_own(upper, lower):
        return page
    part = lower.model_copy(update={"continued_from": upper.id, "cells": _with_repeated_head(upper, lower)})
    return page.model_copy(update={"tables": tuple(part if t.id == lower.id else t for t in page.tables)})


def _table_at_foot(page: Page, notes_behind: bool) -> Table | None:
    """`notes_behind`: text may stand behind it, "See notes at end of table", when the next part says what it is."""
    for block in reversed(page.blocks):
        if block.kind is BlockKind.TABLE and block.table_id:
            return page.table(block.table_id)
        if not notes_behind and not _is_marginal(block, page):
            return None
    return None


def _table_at_top(page: Page) -> Table | None:
    for block in page.blocks:
        if block.kind is BlockKind.TABLE and block.table_id:
            return page.table(block.table_id)
        if not _is_marginal(block, page) and block.kind is not BlockKind.CAPTION and not _CONTINUED.search(block.text):
            return None
    return None


def _is_marginal(block: Block, page: Page) -> bool:
    in_margin = block.bbox.y1 < MARGIN * page.height or block.bbox.y0 > (1 - MARGIN) * page.height
    return block.kind in _BESIDE or in_margin


def _same_table(upper: Table, lower: Table, width: float) -> bool:
    """As many columns between the same sides, and no caption that begins another table."""
    if upper.n_cols != lower.n_cols or max(_apart(upper, lower)) > SAME_EDGE * width:
        return False
    if lower.caption is None or _CONTINUED.search(lower.caption):
        return True
    number = _number(lower.caption)
    return number is not None and upper.caption is not None and _number(upper.caption) == number


def _apart(a: Table, b: Table) -> tuple[float, float]:
    return abs(a.bbox.x0 - b.bbox.x0), abs(a.bbox.x1 - b.bbox.x1)


def _number(caption: str) -> str | None:
    found = _NUMBER.match(caption)
    return found.group(1) if found else None


def _with_repeated_head(upper: Table, lower: Table) -> tuple[Cell, ...]:
    """Rows that repeat the head of the part before are the head of this part, and no other rows are."""
    rows = upper.header_rows()
    if not rows:
        return lower.cells
    repeated = _repeats_head(upper, lower)
    return tuple(c.model_copy(update={"is_header": repeated and c.row < rows}) for c in lower.cells)


def _has_head_of_its_own(upper: Table, lower: Table) -> bool:
    """Words only, and other words than above: a first row of data that was taken for a head has figures in it."""
    head = lower.grid()[: lower.header_rows()]
    is_wordy = not any(c.isdigit() for row in head for text in row for c in text)
    return bool(head) and is_wordy and not _repeats_head(upper, lower)


def _repeats_head(upper: Table, lower: Table) -> bool:
    rows = upper.header_rows()
    head, first = upper.grid()[:rows], lower.grid()[:rows]
    pairs = [(a, b) for above, below in zip(head, first, strict=False) for a, b in zip(above, below, strict=True) if a]
    return bool(pairs) and sum(a == b for a, b in pairs) >= REPEATED * len(pairs)
