"""Which tables run over pages: follows `continued_from` through the tables of a document, one table at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pdf_parser.domain.table import Table

# A table may go on behind a page that is blank, failed or full of pictures.
PAGES_BETWEEN = 2


@dataclass
class Chain:
    """The parts of one table in order, `numbers` those in the document. Parts of a chain too long are let go."""

    numbers: list[int] = field(default_factory=list)
    parts: list[Table] = field(default_factory=list)
    last_page: int = 0
    cells: int = 0
    is_too_long: bool = False

    def add(self, number: int, table: Table, max_cells: int) -> None:
        self.numbers.append(number)
        self.parts.append(table)
        self.last_page = table.page
        self.cells += table.n_rows * table.n_cols
        if self.cells > max_cells:
            self.parts.clear()
            self.is_too_long = True


def continued_tables(tables: Iterable[tuple[int, Table]], max_cells: int) -> Iterator[Chain]:
    """Every chain of two parts or more, when its last part has gone by. Tables come with their numbers, in order."""
    chains: dict[str, Chain] = {}  # by the id of the part that the next one has to continue
    for number, table in tables:
        yield from _ended(chains, table.page)
        chain = chains.pop(table.continued_from or "", None) or Chain()
        chain.add(number, table, max_cells)
        chains[table.id] = chain
    yield from (chain for chain in chains.values() if len(chain.numbers) > 1)


def _ended(chains: dict[str, Chain], page: int) -> Iterator[Chain]:
    for last, chain in list(chains.items()):
        if page - chain.last_page > PAGES_BETWEEN + 1:
            del chains[last]
            if len(chain.numbers) > 1:
                yield chain
