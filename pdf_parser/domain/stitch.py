"""A table that runs over pages, in one piece: the rows of its parts one after the other, the repeated header once.

The parts stay what they are; the whole is made beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from pdf_parser.domain.table import Cell, Table


def stitch(parts: Sequence[Table]) -> Table:
    """`parts` in the order of the document; a narrower one gets empty places on its right.

    Place, caption and parser are those of the first part; the confidence is the lowest known.
    """
    first = parts[0]
    cells: list[Cell] = list(first.cells)
    n_rows = first.n_rows
    for part in parts[1:]:
        repeated = repeated_header(first, part)
        cells += _moved(part.cells, repeated, n_rows - repeated)
        n_rows += part.n_rows - repeated
    known = [part.confidence for part in parts if part.confidence is not None]
    return Table(
        id=f"{first.id}-stitched",
        page=first.page,
        bbox=first.bbox,
        n_rows=n_rows,
        n_cols=max(part.n_cols for part in parts),
        cells=tuple(cells),
        caption=first.caption,
        parser=first.parser,
        confidence=min(known, default=None),
    )


def repeated_header(first: Table, part: Table) -> int:
    """How many rows at the top of a part repeat the header of the first one: all of it, or none."""
    n = first.header_rows()
    if not 0 < n <= part.n_rows or any(cell.row < n < cell.row + cell.row_span for cell in part.cells):
        return 0
    pairs = zip(_texts(first, n), _texts(part, n), strict=True)
    return n if all(_same(a, b) for a, b in pairs) else 0


def _texts(table: Table, rows: int) -> list[list[str]]:
    return [[" ".join(text.split()) for text in row] for row in table.grid()[:rows]]


def _same(row: Sequence[str], other: Sequence[str]) -> bool:
    """Equal but for empty places on the right."""
    return _without_end(row) == _without_end(other)


def _without_end(row: Sequence[str]) -> list[str]:
    empty = sum(1 for _ in takewhile(lambda text: not text, reversed(row)))
    return list(row[: len(row) - empty])


def _moved(cells: Sequence[Cell], below: int, by: int) -> Iterator[Cell]:
    return (cell.model_copy(update={"row": cell.row + by}) for cell in cells if cell.row >= below)
