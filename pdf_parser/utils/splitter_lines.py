"""A table as lines of text, one for each row, so that it can be cut between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.domain.table import Table


@dataclass(frozen=True, slots=True)
class TableLines:
    """`names` are the texts of the header rows, that of a spanning cell only where it begins.

    `openings` are the rows as they begin a part of the table: with the cells that reach down to them from above.
    """

    header: tuple[str, ...]
    rows: tuple[str, ...]
    openings: tuple[str, ...]
    names: tuple[tuple[str, ...], ...] = ()


def table_lines(table: Table) -> TableLines:
    """Pipe lines. Rows without text are left out; a header cell over several columns is named in each of them."""
    n = table.header_rows()
    named = [row for row in header_texts(table) if _has_text(row)]
    names = [tuple(row) for row in table.grid()[:n] if _has_text(row)]
    body = [pair for pair in zip(table.grid()[n:], reaching_down(table)[n:], strict=True) if _has_text(pair[0])]
    rows, openings = (_line(row) for row, _ in body), (_line(full) for _, full in body)
    header = [*map(_line, named), "|" + "---|" * table.n_cols] if named else []
    return TableLines(tuple(header), tuple(rows), tuple(openings), tuple(names))


def short_header(names: Sequence[Sequence[str]], most_words: int | None = None) -> tuple[str, ...]:
    """Header lines in few tokens: a bar without spaces for an empty cell, and of each name `most_words` at most.

    `| 2009 ||` is a cell over two columns in MultiMarkdown. Only whole words are dropped: half a number is a wrong one.
    """
    if not names:
        return ()
    lines = (_line([_few_words(name, most_words) for name in row]).replace("|  ", "|") for row in names)
    return (*lines, "|" + "-|" * len(names[0]))


def header_texts(table: Table) -> list[list[str]]:
    """The header rows, with the text of a cell over several places in each of them."""
    n_rows = table.header_rows()
    rows = [[""] * table.n_cols for _ in range(n_rows)]
    for cell in table.cells:
        if cell.row < n_rows:
            for row, col in cell.positions():
                if row < n_rows:
                    rows[row][col] = cell.text
    return rows


def _few_words(text: str, most: int | None) -> str:
    """The last word stays, too: units and numbers stand there ("Weight … (%)", "Day … 14")."""
    words = text.split()
    if most is None or len(words) <= most:
        return text
    return " ".join([*words[: max(1, most - 1)], "…", *words[-1:] * (most > 1)])


def reaching_down(table: Table) -> list[list[str]]:
    """The grid, with the text of a cell over several rows in each of them."""
    rows = table.grid()
    for cell in table.cells:
        for row in range(cell.row + 1, cell.row + cell.row_span):
            rows[row][cell.col] = cell.text
    return rows


def _has_text(texts: Sequence[str]) -> bool:
    return any(text.strip() for text in texts)


def _line(texts: Sequence[str]) -> str:
    """White space inside a cell, line breaks too, becomes a space: one row is one line."""
    return "| " + " | ".join(" ".join(text.split()).replace("|", r"\|") for text in texts) + " |"
