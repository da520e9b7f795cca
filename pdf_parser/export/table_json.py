"""A table as JSON: the grid twice, as cells with their spans and as rows of texts. Cell texts are to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.table import Cell, Table
from pdf_parser.export.json_text import Box, box, sayable


class TablePart(Model):
    """Where one part of a stitched table stands."""

    id: str
    page: PositiveInt
    bbox: Box


class TableFile(Model):
    """tables/0001.json. `bbox` as in document.jsonl; `rows` has one text for every place of the grid.

    The text of a cell over several places stands in its first one. `header_rows` counts from the top. `parts` is empty
    but for a stitched table, whose `page` and `bbox` are those of its first part.
    """

    id: str
    page: PositiveInt
    bbox: Box
    caption: str | None
    parser: str
    confidence: float | None
    continued_from: str | None
    parts: tuple[TablePart, ...]
    n_rows: NonNegativeInt
    n_cols: NonNegativeInt
    header_rows: NonNegativeInt
    cells: tuple[Cell, ...]
    rows: tuple[tuple[str, ...], ...]


def table_json(table: Table, parts: Sequence[Table] = ()) -> dict[str, object]:
    """Ready for json.dumps: no NaN, no half surrogates."""
    file = TableFile(
        id=table.id,
        page=table.page,
        bbox=box(table.bbox),
        caption=table.caption,
        parser=table.parser,
        confidence=table.confidence,
        continued_from=table.continued_from,
        parts=tuple(TablePart(id=part.id, page=part.page, bbox=box(part.bbox)) for part in parts),
        n_rows=table.n_rows,
        n_cols=table.n_cols,
        header_rows=table.header_rows(),
        cells=table.cells,
        rows=tuple(map(tuple, table.grid())),
    )
    return {name: sayable(value) for name, value in file.model_dump(mode="json").items()}
