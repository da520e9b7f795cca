"""Whatever pages fail, in whatever way, however the document is cut: every page comes once, and it is that page."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import check_coverage
from pdf_parser.errors import OutOfMemory, ParseFailed
from pdf_parser.parse import merge_document
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.pdfium import PdfiumParser
from pdf_parser.parsers.registry import parser_class
from pdf_parser.parsers.suspects import Todo
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.faults.walking import SETTINGS, inputs

Batch = list[Page]


def crash(batch: Batch, page_no: int) -> Batch:
    os.kill(os.getpid(), signal.SIGSEGV)
    return batch


def run_out_of_memory(batch: Batch, page_no: int) -> Batch:
    raise OutOfMemory


def fail(batch: Batch, page_no: int) -> Batch:
    raise ParseFailed


def stumble(batch: Batch, page_no: int) -> Batch:
    raise KeyError(page_no)


def empty(batch: Batch, page_no: int) -> Batch:
    return [p.model_copy(update={"blocks": ()}) if p.page == page_no else p for p in batch]


def leave_out(batch: Batch, page_no: int) -> Batch:
    return [p for p in batch if p.page != page_no]


def misnumber(batch: Batch, page_no: int) -> Batch:
    return [p.model_copy(update={"page": p.page + 1}) if p.page == page_no else p for p in batch]


def give_twice(batch: Batch, page_no: int) -> Batch:
    return [p for page in batch for p in ([page, page] if page.page == page_no else [page])]


def turn_around(batch: Batch, page_no: int) -> Batch:
    return batch[::-1]


FAULTS = (crash, run_out_of_memory, fail, stumble, empty, leave_out, misnumber, give_twice, turn_around)
Plan = dict[int, Callable[[Batch, int], Batch]]


def planned(plan: Plan, batch_size: int) -> type[Parser]:
    class Planned(PdfiumParser):
        name = "planned"

        def __init__(self, settings) -> None:
            super().__init__(settings)
            self.batch_size = batch_size

        def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
            for start in range(0, len(pages), self.batch_size):
                batch = list(super().parse(pdf, pages[start : start + self.batch_size]))
                for page in list(batch):
                    if page.page in plan:
                        batch = plan[page.page](batch, page.page)
                yield from batch

    return Planned


def pdf_of(page_numbers: Sequence[int]) -> bytes:
    """Every page says which page of the document it is."""
    writer = PdfWriter()
    for number in page_numbers:
        writer.page().text(72, 100, f"This is page {number}.")
    return writer.to_bytes()


def parse_shard(pages: Sequence[int], parser: type[Parser], stop_after: int) -> list[Page]:
    """A shard that is cut off after some pages and then run again, as a lost pod is."""
    items = [PageInput(inputs(n, chars=90)[-1].profile, place) for place, n in enumerate(pages, start=1)]
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        path = Path(file.name)
        path.write_bytes(pdf_of(pages))
        chain, find = ["planned", "pdfium"], lambda name: parser if name == "planned" else parser_class(name)
        first = list(islice(parse_pages(path, items, chain, SETTINGS, find), stop_after))
        left = [item for item in items if item.page not in {page.page for page in first}]
        return first + list(parse_pages(path, left, chain, SETTINGS, find))


plans = st.dictionaries(st.integers(1, 10), st.sampled_from(FAULTS), max_size=5)


@settings(max_examples=25, deadline=None)
@given(
    plan=plans,
    batch_size=st.sampled_from([1, 2, 3, 8]),
    cuts=st.sets(st.integers(1, 9), max_size=3),
    stop_after=st.integers(0, 5),
)
def test_every_page_comes_once_and_is_that_page(plan, batch_size, cuts, stop_after):
    numbers = list(range(1, 11))
    parser = planned(plan, batch_size)
    bounds = [0, *sorted(cuts), 10]
    pages = [p for a, b in pairwise(bounds) for p in parse_shard(numbers[a:b], parser, stop_after)]
    check_coverage(sorted(page.page for page in pages), numbers)
    merged = list(merge_document(sorted(pages, key=lambda page: page.page)))
    assert [(page.page, page.record.page) for page in merged] == [(n, n) for n in numbers]
    assert [page.blocks[0].text for page in merged] == [f"This is page {n}." for n in numbers]
    assert {p.record.parser for p in pages if p.page not in plan} <= {"planned", *_blamed(plan, batch_size)}


def _blamed(plan: Plan, batch_size: int) -> set[str]:
    """A batch in disorder may cost a neighbour its tries; nothing else may."""
    return {"pdfium"} if {misnumber, give_twice, turn_around, leave_out} & set(plan.values()) else set()


@given(pages=st.integers(1, 40), batch_size=st.integers(1, 16), bad=st.sets(st.integers(1, 40)))
def test_halving_finds_exactly_the_bad_pages(pages, batch_size, bad):
    todo, found, tries = Todo(inputs(pages), batch_size), [], 0
    while todo:
        suspects = [item.page for item in todo.suspects]
        if not bad & set(suspects):
            todo.done()
        elif len(suspects) == 1:
            found += suspects
            todo.done()
        else:
            todo.halve()
            tries += 1
    assert found == sorted(bad & set(range(1, pages + 1)))
    assert tries <= len(found) * batch_size.bit_length()


@pytest.mark.parametrize("batch_size", [1, 2, 5, 8])
def test_lowering_the_batch_ends_at_one_page(batch_size):
    todo, seen = Todo(inputs(20), batch_size), []
    while len(todo.suspects) > 1:
        seen.append(len(todo.suspects))
        todo.lower()
    assert seen == sorted(seen, reverse=True)
    assert len(todo.pages) == 20
    assert len(seen) == batch_size.bit_length() - 1
