"""The finder: lattices first, then tables between rules, then tables that only line up. Used by `layout.page`."""

from __future__ import annotations

from collections.abc import Sequence, Set

from pdf_parser.parsers.layout.content import PageContent, Rule
from pdf_parser.parsers.layout.order import MARGIN
from pdf_parser.parsers.layout.tables.aligned import aligned_table
from pdf_parser.parsers.layout.tables.caption import with_caption
from pdf_parser.parsers.layout.tables.found import FoundTable, Item
from pdf_parser.parsers.layout.tables.judge import (
    is_figure,
    is_table_between_rules,
    is_table_by_alignment,
    is_table_in_lattice,
)
from pdf_parser.parsers.layout.tables.lattice import find_lattices
from pdf_parser.parsers.layout.tables.prose import split_prose
from pdf_parser.parsers.layout.tables.ruled import ruled_table
from pdf_parser.parsers.layout.tables.rulings import Ruling, Rulings, box_edges, merge_rules
from pdf_parser.parsers.layout.tables.runs import find_runs
from pdf_parser.parsers.layout.tables.stacks import Box, cut_stack, find_stacks, stack_box
from pdf_parser.parsers.layout.tables.text import is_dashes

HEADER_RULE = 0.6  # share of the page width
MAX_WORDS = 6_000  # more on a page is no page that somebody typeset


def find_tables(content: PageContent, taken: Set[int] = frozenset()) -> list[FoundTable]:
    """From top to bottom. No word is in two tables, and none that is `taken`, by its index, in any."""
    if len(content.words) > MAX_WORDS:
        return []
    typed = [Rule(w.x0, (w.y0 + w.y1) / 2, w.x1, (w.y0 + w.y1) / 2) for w in content.words if is_dashes(w.text)]
    rules = [*content.rules, *typed]
    items = [it for it in enumerate(content.words) if it[0] not in taken and not is_dashes(it[1].text)]
    finder = _Finder(items, merge_rules(rules), content)
    finder.find_in_lattices(finder.rulings)
    finder.find_in_lattices(merge_rules([*rules, *box_edges(content.boxes, content.width, content.height)]))
    finder.find_between_rules()
    finder.find_by_alignment()
    tables = [with_caption(table, finder.items) for table in finder.tables]
    return sorted(tables, key=lambda t: (t.y0, t.x0))


class _Finder:
    """Holds what words are left while tables are taken out."""

    def __init__(self, items: list[Item], rulings: Rulings, content: PageContent) -> None:
        self.items = items
        self.strokes = content.strokes
        self.size = content.width, content.height
        self.rulings = rulings
        self.free: list[Ruling] = list(rulings.horizontal)  # rules that no table has used
        self.tables: list[FoundTable] = []

    def find_in_lattices(self, rulings: Rulings) -> None:
        for lattice in find_lattices(rulings):
            table = ruled_table(lattice, inside(self.items, lattice.box))
            if table is not None and not is_figure(table, self.strokes) and is_table_in_lattice(table):
                self._take(table)
                used = set(lattice.rulings.horizontal)
                self.free = [r for r in self.free if r not in used]

    def find_between_rules(self) -> None:
        for stack in find_stacks(self.free):
            for part in cut_stack(stack, inside(self.items, stack_box(stack))):
                box = stack_box(part)
                held = inside(self.items, box)
                table = aligned_table(held, self.rulings.within(*box))
                if table is not None and not is_figure(table, self.strokes) and is_table_between_rules(table, held):
                    self._take(table)

    def find_by_alignment(self) -> None:
        prose, rest = split_prose(_below_header(self.items, self.rulings.horizontal, self.size))
        for run in find_runs(rest, prose):
            box = _box(run)
            table = aligned_table(run, self.rulings.within(*box))
            if table is not None and not is_figure(table, self.strokes) and is_table_by_alignment(table, run):
                self._take(table)

    def _take(self, table: FoundTable) -> None:
        self.tables.append(table)
        taken = table.words
        self.items = [it for it in self.items if it[0] not in taken]


def _below_header(items: Sequence[Item], rules: Sequence[Ruling], size: tuple[float, float]) -> list[Item]:
    """Without the running header that a rule in the top margin parts from the body. `size`: of the page."""
    width, height = size
    wide = [r.at for r in rules if r.at <= MARGIN * height and r.length >= HEADER_RULE * width]
    return [it for it in items if it[1].y1 > min(wide)] if wide else list(items)


def inside(items: Sequence[Item], box: Box) -> list[Item]:
    x0, y0, x1, y1 = box
    return [it for it in items if x0 <= (it[1].x0 + it[1].x1) / 2 <= x1 and y0 <= (it[1].y0 + it[1].y1) / 2 <= y1]


def _box(items: Sequence[Item]) -> Box:
    words = [w for _, w in items]
    return (
        min(w.x0 for w in words) - 6,
        min(w.y0 for w in words) - 6,
        max(w.x1 for w in words) + 6,
        max(w.y1 for w in words) + 6,
    )
