"""A piece of the document for retrieval, with what is needed to cite it."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model


class Chunking(Model):
    """How the document was split, in tokens: a chunk has at most `chunk_size`, neighbours share at most `overlap`.

    `table_rows`: every table is given once more, row by row as "name: value".
    """

    chunk_size: PositiveInt
    overlap: NonNegativeInt
    table_rows: bool = False


class Chunk(Model):
    """`tokens` of o200k_base; pages are the first and last one that the text comes from.

    `serialized`: says in sentences what the chunks of the table `table_id` say already.
    """

    id: NonNegativeInt
    text: str
    tokens: NonNegativeInt
    first_page: PositiveInt
    last_page: PositiveInt
    heading_path: tuple[str, ...] = ()
    block_ids: tuple[str, ...] = ()
    table_id: str | None = None
    serialized: bool = False
