"""From parsed pages to chunks for retrieval. Two modes, both streaming:

- structured, `split_pages`: follows blocks, tables and sections; what the service writes;
- compat, `split_page_texts` and `split_text`: the chunks of RAG-Challenge-2 to the letter, cut from plain page text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import BlockKind, Page
from pdf_parser.domain.table import Table
from pdf_parser.utils import tokens
from pdf_parser.utils.splitter_compat import split_page_texts, split_report, split_text
from pdf_parser.utils.splitter_cut import CountTokens
from pdf_parser.utils.splitter_flow import PlacedTable, flow
from pdf_parser.utils.splitter_lines import TableLines, table_lines
from pdf_parser.utils.splitter_pieces import Budget, Group, block_pieces, joined
from pdf_parser.utils.splitter_prose import Prose
from pdf_parser.utils.splitter_rows import row_groups
from pdf_parser.utils.splitter_tables import table_groups

__all__ = ["split_page_texts", "split_pages", "split_report", "split_text"]


def split_pages(
    pages: Iterable[Page],
    *,
    chunk_size: int,
    overlap: int,
    table_rows: bool = False,
    count_tokens: CountTokens = tokens.count_tokens,
) -> Iterator[Chunk]:
    """Chunks in reading order, none longer than `chunk_size` tokens; holds one page and one chunk at a time.

    Tables are cut between rows, caption and header repeated, shortened where they would take more than half a chunk;
    prose at sentence ends, with up to `overlap` tokens of whole sentences shared inside a section. Page headers and
    footers are left out. With `table_rows` each table is followed by its rows as sentences, in chunks of their own.
    Pages must ascend.
    Raises ValueError unless 0 <= overlap < chunk_size.
    """
    if not 0 <= overlap < chunk_size:
        raise ValueError(f"overlap must be 0 or more and smaller than the chunk size, not {overlap} of {chunk_size}")
    budget = Budget(chunk_size, overlap, count_tokens)
    return (_chunk(number, group, budget) for number, group in enumerate(_groups(pages, budget, table_rows)))


def _groups(pages: Iterable[Page], budget: Budget, table_rows: bool) -> Iterator[Group]:
    prose = Prose(budget)
    headers = _Headers()
    was_list_item = False
    for page in pages:
        for item in flow(page):
            if isinstance(item, PlacedTable):
                yield from prose.lead()
                placed, lines = headers.inherit(item)
                yield from table_groups(placed, lines, prose.take(), budget)
                yield from row_groups(placed, lines, budget) if table_rows else ()
                was_list_item = False
                continue
            is_list_item = item.kind is BlockKind.LIST_ITEM
            for piece in block_pieces(item, "\n" if is_list_item and was_list_item else "\n\n", budget):
                yield from prose.add(piece)
            was_list_item = is_list_item
    yield from prose.flush()


@dataclass(slots=True)
class _Headers:
    """Remembers the header of the last table, for a next page that continues it without one."""

    table: Table | None = None
    caption: str = ""
    lines: TableLines | None = None

    def inherit(self, placed: PlacedTable) -> tuple[PlacedTable, TableLines]:
        lines = table_lines(placed.table)
        if self._is_continued_by(placed.table):
            placed = replace(placed, caption=placed.caption or self.caption)
            if self.lines is not None and not lines.header:
                lines = replace(lines, header=self.lines.header, names=self.lines.names)
        self.table, self.caption, self.lines = placed.table, placed.caption, lines
        return placed, lines

    def _is_continued_by(self, table: Table) -> bool:
        return self.table is not None and table.continued_from == self.table.id and table.n_cols == self.table.n_cols


def _chunk(number: int, group: Group, budget: Budget) -> Chunk:
    text = joined(group)
    return Chunk(
        id=number,
        text=text,
        tokens=budget.count(text),
        first_page=min(p.page for p in group),
        last_page=max(p.page for p in group),
        heading_path=_common_path(group),
        block_ids=tuple(dict.fromkeys(p.block_id for p in group if p.block_id)),
        table_id=next((p.table_id for p in group if p.table_id), None),
        serialized=group[0].serialized,
    )


def _common_path(group: Group) -> tuple[str, ...]:
    """The path that all text of the chunk lies under; of a chunk of headings, that of the last one."""
    paths = [p.path for p in group if not p.leads] or [group[-1].path]
    common = 0
    while all(len(path) > common and path[common] == paths[0][common] for path in paths):
        common += 1
    return paths[0][:common]
