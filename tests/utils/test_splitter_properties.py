"""What holds for every document. Each word of a generated one is numbered, so that its place in chunks is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from typing import TypeAlias

from hypothesis import given, settings, strategies as st

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Page
from pdf_parser.domain.table import Table
from pdf_parser.utils.splitter import split_pages
from pdf_parser.utils.splitter_cut import CountTokens
from pdf_parser.utils.splitter_lines import table_lines
from pdf_parser.utils.tokens import count_tokens
from tests.export.documents import block, page, paragraph, table, table_block

Item: TypeAlias = tuple[str, Sequence[int]]
Document: TypeAlias = list[list[Item]]
Sizes: TypeAlias = tuple[int, int]

# Kind, and numbers: words of each sentence; of a table rows, columns, words of a cell, header rows.
TEXT_KINDS = st.sampled_from(["paragraph", "list_item", "code", "footnote"])
TEXTS = st.tuples(TEXT_KINDS, st.lists(st.integers(1, 50), max_size=8))
HEADINGS = st.tuples(st.just("heading"), st.lists(st.integers(1, 8), min_size=1, max_size=1))
GRIDS = st.tuples(st.integers(1, 25), st.integers(1, 4), st.integers(0, 3), st.integers(0, 2))
TABLES = st.tuples(st.just("table"), GRIDS)
DOCUMENTS = st.lists(st.lists(st.one_of(TEXTS, HEADINGS, TABLES), max_size=6), min_size=1, max_size=3)
SIZES = st.integers(24, 90).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1)))


def words(text: str) -> int:
    return len(text.split())


COUNTERS = st.sampled_from([words, count_tokens])


def build(document: Document) -> list[Page]:
    numbers = count()
    return [build_page(page_no, items, numbers) for page_no, items in enumerate(document, start=1)]


def build_page(page_no: int, items: Sequence[Item], numbers: Iterator[int]) -> Page:
    blocks, tables = [], []
    for kind, lengths in items:
        if kind == "table":
            tables.append(build_table(lengths, numbers, page_no, len(tables) + 1))
            blocks.append(table_block(len(tables), page_no))
        else:
            blocks.append(block(kind, " ".join(sentence(n, numbers) for n in lengths)))
    return page(*blocks, tables=tables, page_no=page_no)


def build_table(grid: Sequence[int], numbers: Iterator[int], page_no: int, number: int) -> Table:
    n_rows, n_cols, length, header_rows = grid
    rows = [[sentence(length, numbers) for _ in range(n_cols)] for _ in range(n_rows)]
    return table(rows, header_rows, page_no, number)


def sentence(length: int, numbers: Iterator[int]) -> str:
    return " ".join(f"{'w' if i else 'W'}{next(numbers)}" for i in range(length)) + "." * bool(length)


def split(pages: Sequence[Page], sizes: Sizes, counter: CountTokens = count_tokens) -> list[Chunk]:
    return list(split_pages(pages, chunk_size=sizes[0], overlap=sizes[1], count_tokens=counter))


def numbers_in(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"[Ww](\d+)", text)]


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES, COUNTERS)
def test_no_chunk_is_longer_than_its_ceiling_and_says_its_length(
    document: Document, sizes: Sizes, counter: CountTokens
) -> None:
    for chunk in split(build(document), sizes, counter):
        assert chunk.tokens == counter(chunk.text) <= sizes[0]


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES, COUNTERS)
def test_every_word_is_in_some_chunk_and_first_seen_in_order(
    document: Document, sizes: Sizes, counter: CountTokens
) -> None:
    pages = build(document)
    seen = dict.fromkeys(n for chunk in split(pages, sizes, counter) for n in numbers_in(chunk.text))
    whole = [b.text for p in pages for b in p.blocks] + [c.text for p in pages for t in p.tables for c in t.cells]
    assert list(seen) == sorted(n for text in whole for n in numbers_in(text))


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES, COUNTERS)
def test_no_row_is_cut_unless_it_alone_is_longer_than_a_chunk(
    document: Document, sizes: Sizes, counter: CountTokens
) -> None:
    pages = build(document)
    chunks = split(pages, sizes, counter)
    for lines in (table_lines(t) for p in pages for t in p.tables):
        for row in lines.rows:
            assert counter(row) > sizes[0] or sum(row in c.text.splitlines() for c in chunks) == 1


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES, COUNTERS)
def test_every_part_of_a_table_has_the_header_first_where_there_is_room(
    document: Document, sizes: Sizes, counter: CountTokens
) -> None:
    pages = build(document)
    chunks = split(pages, sizes, counter)
    for table_id, lines in ((t.id, table_lines(t)) for p in pages for t in p.tables):
        head = "\n".join(lines.header)
        for chunk in (c for c in chunks if c.table_id == table_id):
            first = next((r for r in lines.rows if r in chunk.text.splitlines()), "")
            has_room = counter(head) <= sizes[0] // 2 and counter(f"{head}\n{first}") <= sizes[0]
            assert not has_room or head in chunk.text.partition(first or "\0")[0]


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES)
def test_page_range_and_block_ids_are_those_of_the_words(document: Document, sizes: Sizes) -> None:
    pages = build(document)
    page_of = {n: p.page for p in pages for b in p.blocks for n in numbers_in(b.text)}
    block_of = {n: b.id for p in pages for b in p.blocks for n in numbers_in(b.text)}
    for p in pages:
        at = {b.table_id: b.id for b in p.blocks if b.table_id}
        page_of |= {n: p.page for t in p.tables for c in t.cells for n in numbers_in(c.text)}
        block_of |= {n: at[t.id] for t in p.tables for c in t.cells for n in numbers_in(c.text)}
    for chunk in split(pages, sizes):
        found = numbers_in(chunk.text)
        assert {block_of[n] for n in found} <= set(chunk.block_ids)
        assert not found or (chunk.first_page, chunk.last_page) == (page_of[found[0]], page_of[found[-1]])


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES, COUNTERS)
def test_neighbours_share_whole_sentences_up_to_the_overlap(
    document: Document, sizes: Sizes, counter: CountTokens
) -> None:
    chunks = split(build(document), sizes, counter)
    for before, after in pairwise(c for c in chunks if c.table_id is None):
        shared = set(numbers_in(before.text)) & set(numbers_in(after.text))
        if shared:
            text = re.match(rf".*?[Ww]{max(shared)}\b\.?", after.text, re.S)
            assert text is not None and before.text.endswith(text.group())
            assert counter(text.group()) <= sizes[1]


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES)
def test_a_heading_ends_a_chunk_only_where_no_text_follows(document: Document, sizes: Sizes) -> None:
    pages = build(document)
    blocks = [b for p in pages for b in p.blocks if b.text or b.table_id]
    heads = {b.id for b, after in pairwise(blocks) if b.kind == "heading" and after.kind not in ("heading", "table")}
    for chunk in split(pages, sizes, words):
        assert chunk.block_ids[-1] not in heads


@settings(deadline=None, max_examples=60)
@given(DOCUMENTS, SIZES)
def test_the_same_pages_give_the_same_chunks_numbered_from_zero(document: Document, sizes: Sizes) -> None:
    chunks = split(build(document), sizes)
    assert chunks == split(build(document), sizes)
    assert [c.id for c in chunks] == list(range(len(chunks)))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), SIZES)
def test_any_text_at_all_is_kept_under_the_ceiling(text: str, sizes: Sizes) -> None:
    chunks = split([page(paragraph(text))], (sizes[0], 0))
    assert "".join("".join(c.text for c in chunks).split()) == "".join(text.split())
    assert all(c.tokens <= sizes[0] for c in chunks)
