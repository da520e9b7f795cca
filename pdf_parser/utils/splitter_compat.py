"""Mode `compat`: the recursive splitter of RAG-Challenge-2 (IlyaRice/RAG-Challenge-2 at 3ed9a2a, `text_splitter.py`).

Written anew from a description of its behaviour, for those who must compare with chunks made by it. Known weaknesses
are kept: sums of separately counted pieces decide, so that a chunk may exceed the size; tables are cut like any text.
One thing differs: text such as `<|endoftext|>` is counted as text, where the original refused the document.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypedDict

from pdf_parser.domain.chunk import Chunk
from pdf_parser.utils import tokens

CHUNK_SIZE = 300
OVERLAP = 50
_SEPARATORS = ("\n\n", "\n", " ", "")

CountTokens = Callable[[str], int]


class ReportPage(TypedDict):
    page: int
    text: str


class ReportTable(TypedDict):
    """A table with the sentences that say its content; what was never put into sentences makes no chunk."""

    table_id: int
    page: int
    information_blocks: Sequence[str]


class ReportChunk(TypedDict, total=False):
    """Key order as written by the original, which differs between its two types."""

    page: int
    length_tokens: int
    text: str
    table_id: int
    id: int
    type: str


def split_text(
    text: str,
    *,
    chunk_size: int = CHUNK_SIZE,
    overlap: int = OVERLAP,
    count_tokens: CountTokens = tokens.count_tokens,
) -> list[str]:
    """Chunks of one page's text. Raises ValueError when `overlap` is larger than `chunk_size`."""
    if overlap > chunk_size:
        raise ValueError(f"overlap {overlap} is larger than the chunk size {chunk_size}")
    return list(_split(text, _SEPARATORS, chunk_size, overlap, count_tokens))


def split_page_texts(
    texts: Iterable[tuple[int, str]],
    *,
    chunk_size: int = CHUNK_SIZE,
    overlap: int = OVERLAP,
    count_tokens: CountTokens = tokens.count_tokens,
) -> Iterator[Chunk]:
    """Chunks of (page number, text of the page), each page by itself, as the original does."""
    number = 0
    for page, text in texts:
        for piece in split_text(text, chunk_size=chunk_size, overlap=overlap, count_tokens=count_tokens):
            yield Chunk(id=number, text=piece, tokens=count_tokens(piece), first_page=page, last_page=page)
            number += 1


def split_report(
    pages: Iterable[ReportPage],
    tables: Iterable[ReportTable] = (),
    *,
    count_tokens: CountTokens = tokens.count_tokens,
) -> list[ReportChunk]:
    """`content.chunks` of the original's report: on each page its text first, then its tables.

    A table is one chunk whatever its size, and one whose page is not in `pages` is lost, as in the original.
    """
    by_page: dict[int, list[ReportTable]] = {}
    for table in tables:
        by_page.setdefault(table["page"], []).append(table)
    chunks: list[ReportChunk] = []
    for page in pages:
        for text in split_text(page["text"], count_tokens=count_tokens):
            chunks.append(_content(page["page"], text, len(chunks), count_tokens))
        for table in by_page.get(page["page"], []):
            chunks.append(_serialized(table, len(chunks), count_tokens))
    return chunks


def _content(page: int, text: str, number: int, count: CountTokens) -> ReportChunk:
    return {"page": page, "length_tokens": count(text), "text": text, "id": number, "type": "content"}


def _serialized(table: ReportTable, number: int, count: CountTokens) -> ReportChunk:
    text = "\n".join(table["information_blocks"])
    return {
        "page": table["page"],
        "text": text,
        "table_id": table["table_id"],
        "length_tokens": count(text),
        "id": number,
        "type": "serialized_table",
    }


def _split(text: str, separators: Sequence[str], size: int, overlap: int, count: CountTokens) -> Iterator[str]:
    """Splits at the first separator that occurs; what is still too long is split at the ones after it."""
    at = next((i for i, s in enumerate(separators) if s in text), len(separators) - 1)
    finer = separators[at + 1 :]
    small: list[tuple[str, int]] = []
    for piece in _pieces(text, separators[at]):
        length = count(piece)
        if length < size:
            small.append((piece, length))
            continue
        yield from _merge(small, size, overlap)
        small = []
        yield from _split(piece, finer, size, overlap, count) if finer else [piece]
    yield from _merge(small, size, overlap)


def _pieces(text: str, separator: str) -> list[str]:
    """Every piece but the first begins with the separator; empty ones are dropped."""
    if not separator:
        return list(text)
    first, *others = text.split(separator)
    return [p for p in (first, *(separator + o for o in others)) if p]


def _merge(pieces: Iterable[tuple[str, int]], size: int, overlap: int) -> Iterator[str]:
    """A window over the pieces: full, it is a chunk; then it shrinks from the front until it is the overlap."""
    window: deque[tuple[str, int]] = deque()
    total = 0
    for piece, length in pieces:
        if total + length > size:
            yield from _stripped(window)
            while total > overlap or (total and total + length > size):
                total -= window.popleft()[1]
        window.append((piece, length))
        total += length
    yield from _stripped(window)


def _stripped(window: Iterable[tuple[str, int]]) -> Iterator[str]:
    text = "".join(piece for piece, _ in window).strip()
    if text:
        yield text
