"""Blocks, tables and pages for tests, made in code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pdf_parser.domain.document import Block, BlockKind, Page, block_id, table_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind
from pdf_parser.domain.table import Cell, Table

BOX = BBox(x0=72, y0=72, x1=523.28, y1=90.5)


def block(kind: BlockKind | str, text: str = "", **more: Any) -> Block:
    """Page and id are set by `page`."""
    return Block(**{"id": "b", "kind": BlockKind(kind), "page": 1, "bbox": BOX, "text": text, "parser": "test", **more})


def paragraph(text: str, **more: Any) -> Block:
    return block(BlockKind.PARAGRAPH, text, **more)


def heading(text: str, level: int = 1, path: tuple[str, ...] | None = None) -> Block:
    return block(BlockKind.HEADING, text, level=level, heading_path=(text,) if path is None else path)


def table_block(number: int = 1, page_no: int = 1, **more: Any) -> Block:
    return block(BlockKind.TABLE, table_id=table_id(page_no, number), **more)


def table(rows: Sequence[Sequence[str]], header_rows: int = 1, page_no: int = 1, number: int = 1, **more: Any) -> Table:
    """A plain grid without spans; give `cells` for others."""
    cells = tuple(
        Cell(row=r, col=c, text=text, is_header=r < header_rows)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    facts = {"id": table_id(page_no, number), "page": page_no, "bbox": BOX, "parser": "test"}
    grid = {"n_rows": len(rows), "n_cols": len(rows[0]) if rows else 0, "cells": cells}
    return Table(**{**facts, **grid, **more})


def spanned(n_rows: int, n_cols: int, *cells: Cell, **more: Any) -> Table:
    return table([], n_rows=n_rows, n_cols=n_cols, cells=cells, **more)


def page(*blocks: Block, tables: Sequence[Table] = (), page_no: int = 1) -> Page:
    numbered = (
        b.model_copy(update={"id": block_id(page_no, i), "page": page_no}) for i, b in enumerate(blocks, start=1)
    )
    record = PageRecord(page=page_no, kind=PageKind.DIGITAL, status=PageStatus.OK, parser="test")
    return Page(page=page_no, width=595, height=842, blocks=tuple(numbered), tables=tuple(tables), record=record)
