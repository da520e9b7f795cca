"""tables/index.json: every table once, and the tables that were stitched together from them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.table import Table
from pdf_parser.export.json_text import Box, box


class TableEntry(Model):
    """One table of one page; `number` is that of its files. `stitched` is the id of the whole that it is a part of."""

    id: str
    number: PositiveInt
    pages: tuple[PositiveInt, ...]
    bbox: Box
    caption: str | None
    parser: str
    rows: NonNegativeInt
    cols: NonNegativeInt
    continued_from: str | None
    stitched: str | None = None
    files: dict[str, str]


class StitchedEntry(Model):
    """A table over several pages in one piece. `parts` and `numbers` name the entries that it is made of."""

    id: str
    parts: tuple[str, ...]
    numbers: tuple[PositiveInt, ...]
    pages: tuple[PositiveInt, ...]
    caption: str | None
    rows: NonNegativeInt
    cols: NonNegativeInt
    files: dict[str, str]


class TableIndex(Model):
    """`tables` in the order of the document. What is in `stitched` is in `tables` too, part by part."""

    tables: tuple[TableEntry, ...]
    stitched: tuple[StitchedEntry, ...]


def table_entry(number: int, table: Table, files: dict[str, str]) -> TableEntry:
    """`files` are names in the result folder by suffix."""
    return TableEntry(
        id=table.id,
        number=number,
        pages=(table.page,),
        bbox=box(table.bbox),
        caption=table.caption,
        parser=table.parser,
        rows=table.n_rows,
        cols=table.n_cols,
        continued_from=table.continued_from,
        files=files,
    )


def stitched_entry(
    numbers: Sequence[int], parts: Sequence[Table], whole: Table, files: dict[str, str]
) -> StitchedEntry:
    return StitchedEntry(
        id=whole.id,
        parts=tuple(part.id for part in parts),
        numbers=tuple(numbers),
        pages=tuple(dict.fromkeys(part.page for part in parts)),
        caption=whole.caption,
        rows=whole.n_rows,
        cols=whole.n_cols,
        files=files,
    )


def table_index(tables: Sequence[TableEntry], stitched: Sequence[StitchedEntry]) -> TableIndex:
    """Tells every part which whole it belongs to."""
    wholes = {part: whole.id for whole in stitched for part in whole.parts}
    told = (entry.model_copy(update={"stitched": wholes.get(entry.id)}) for entry in tables)
    return TableIndex(tables=tuple(told), stitched=tuple(stitched))
