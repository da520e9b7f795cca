"""Which visual lines make one row: multi-line cells against rows that stand close."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pdf_parser.parsers.layout.tables.found import Item
from pdf_parser.parsers.layout.tables.text import is_numeric, line_text

CORE = 0.2  # of a word's height is cut off above and below: boxes hold the font's full ascent and descent
LOOSER = 0.3  # em: a gap so much wider than the tight ones parts two rows
COMPLETE = 0.6
FLOWING = 0.6


@dataclass(slots=True)
class TableLine:
    """One visual line of a table, its words sorted into columns."""

    items: list[Item]
    cells: dict[int, list[Item]]

    @property
    def top(self) -> float:
        return min(w.y0 + CORE * w.height for _, w in self.items)

    @property
    def bottom(self) -> float:
        return max(w.y1 - CORE * w.height for _, w in self.items)

    @property
    def size(self) -> float:
        return max(w.size for _, w in self.items)

    def text(self, col: int) -> str:
        return line_text(self.cells.get(col, ()))

    def numbers(self) -> int:
        return sum(is_numeric(line_text(items)) for items in self.cells.values())


def table_line(items: list[Item], cuts: Sequence[float]) -> TableLine:
    cells: dict[int, list[Item]] = {}
    for item in items:
        cells.setdefault(bisect_right(cuts, (item[1].x0 + item[1].x1) / 2), []).append(item)
    return TableLine(items, cells)


def group_rows(lines: Sequence[TableLine]) -> list[list[TableLine]]:
    """Rows of a body without rules, from top to bottom; every line is in exactly one row."""
    rows: list[list[TableLine]] = []
    for group in tight_groups(lines):
        columns = {c for line in group for c in line.cells}
        complete = sum(len(line.cells) >= COMPLETE * len(columns) for line in group)
        if len(group) > 1 and len(columns) > 1 and complete <= 1 and _is_one_row(group):
            rows.append(list(group))
        else:
            rows += _by_continuation(group)
    return rows


def tight_groups(lines: Sequence[TableLine]) -> list[list[TableLine]]:
    if not lines:
        return []
    em = median(line.size for line in lines)
    leads = sorted(_leads(lines))
    tight = leads[len(leads) // 5] if leads else 0.0
    groups = [[lines[0]]]
    bottom = lines[0].bottom
    for line in lines[1:]:
        if line.top - bottom > max(tight, 0.0) + LOOSER * em:
            groups.append([line])
        else:
            groups[-1].append(line)
        bottom = max(bottom, line.bottom)
    return groups


def _leads(lines: Sequence[TableLine]) -> list[float]:
    """White between each line and the one above it in the same column; lines of centred cells interlock."""
    found = []
    for i, line in enumerate(lines):
        for above in reversed(lines[max(0, i - 3) : i]):
            if line.cells.keys() & above.cells.keys():
                found.append(line.top - above.bottom)
                break
    return found


def _is_one_row(group: Sequence[TableLine]) -> bool:
    """Not a stack of labels, and not a label that stands beside the rows it spans."""
    fills = [set(line.cells) for line in group]
    if all(f == {0} for f in fills):
        return False
    numbers = [line.numbers() for line in group]
    return sum(n > 1 for n in numbers) <= 1


def _by_continuation(group: Sequence[TableLine]) -> list[list[TableLine]]:
    rows: list[list[TableLine]] = []
    for line in group:
        if rows and _continues(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _continues(row: Sequence[TableLine], line: TableLine) -> bool:
    last = row[-1]
    if line.top < last.bottom - CORE * line.size:  # the lines interlock: cells are centred on one another
        return True
    if _flows(row, line):
        return True
    filled = {c for member in row for c in member.cells}
    stub = line.text(0)
    if stub:
        flows = stub[:1].islower() or last.text(0).endswith((",", "-", "–", "&", "/"))
        return flows and 0 in last.cells and (len(line.cells) == 1 or filled == {0})
    if line.numbers() and not all(line.text(c)[:1] in "([" for c in line.cells):
        return False
    return set(line.cells) <= filled and len(line.cells) < len(filled)


def _flows(row: Sequence[TableLine], line: TableLine) -> bool:
    """Its cells go on with small letters below cells of the row, and none begins anew."""
    texts = [line.text(c) for c in line.cells if any(c in member.cells for member in row)]
    begun = sum(text[:1].islower() or text[:1] == "(" for text in texts)
    return len(texts) > 1 and begun >= FLOWING * len(texts) and not line.numbers()
