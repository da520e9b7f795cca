"""Tables once more as sentences, "name: value; name: value" for each row: for searches that ask for one value.

Optional and off by default: it helped few questions and added noise (research of RAG-Challenge-2, table serialization).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pdf_parser.utils.splitter_cut import cut_text
from pdf_parser.utils.splitter_flow import PlacedTable
from pdf_parser.utils.splitter_heads import sized
from pdf_parser.utils.splitter_lines import TableLines, header_texts, reaching_down
from pdf_parser.utils.splitter_pieces import Budget, Group, Piece, joined, settle


def row_groups(placed: PlacedTable, lines: TableLines, budget: Budget) -> Iterator[Group]:
    """Groups of whole rows; one that is longer than a chunk is cut. None for a table without names of columns."""
    row = Piece("", "\n", 0, placed.table.page, placed.block_id, placed.path, table_id=placed.table.id, serialized=True)
    group: Group = []
    for text in _sentences(placed, lines):
        for part in cut_text(text, budget.size, budget.size, budget.count):
            piece = sized(row, part.strip(), budget)
            if group and budget.count(joined([*group, piece])) > budget.size:
                yield from settle(group, budget)
                group = []
            group.append(piece)
    yield from settle(group, budget) if group else ()


def _sentences(placed: PlacedTable, lines: TableLines) -> Iterator[str]:
    table = placed.table
    names = _column_names(header_texts(table) or [list(row) for row in lines.names])
    if not any(names):
        return
    for values in reaching_down(table)[table.header_rows() :]:
        said = [_said(name, value) for name, value in zip(names, values, strict=True) if value.strip()]
        if said:
            yield "; ".join(said)


def _column_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """The texts above each other in the header, each once: "2009 Units"."""
    return [
        " ".join(dict.fromkeys(" ".join(text.split()) for text in column if text.strip()))
        for column in zip(*rows, strict=True)
    ]


def _said(name: str, value: str) -> str:
    value = " ".join(value.split())
    return f"{name}: {value}" if name else value
