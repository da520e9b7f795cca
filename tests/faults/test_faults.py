"""Each way to fail ends as docs/faults.md says, with the ledger telling the story."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Outcome, PageRecord, PageStatus
from pdf_parser.errors import OutOfMemory
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.utils.pod import Pod
from tests.faults.misbehaving import FAULT_PAGE
from tests.faults.table import BATCHES, DOCUMENT, FAULTS, PAGES, Fault, sizes, table
from tests.faults.walking import FAULTS as PARSERS, SETTINGS, find, in_batches, inputs, walk
from tests.pdfs import drawing_pdf, simple_pdf

NOT_IN_THE_TABLE = {"absent", "choosy", "models"}
SPOIL_THE_REST = {"quitter", "unloadable"}
LIMITED = Pod(attempt=0, retry_limit=1, is_limited=True)


@pytest.fixture(autouse=True)
def temporary_files(tmp_path, monkeypatch) -> Path:
    """Where children would leave their litter."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def run(tmp_path: Path, parser: str, batch: int, **more):
    return walk(tmp_path, simple_pdf(PAGES), [parser, "pdfium"], inputs(PAGES, chars=90), in_batches(batch), **more)


def starved(tmp_path: Path, parser: str) -> list[Page]:
    """What came before the pod was given up."""
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(4))
    pages: list[Page] = []
    with pytest.raises(OutOfMemory, match=r"1 pages need more memory than there is \(3\)"):
        pages.extend(parse_pages(path, inputs(4), [parser, "pdfium"], SETTINGS, find, pod=LIMITED))
    return pages


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.parser)
def test_a_fault_ends_as_the_table_says_and_costs_no_other_page(tmp_path, temporary_files, fault: Fault, batch: int):
    pages = run(tmp_path, fault.parser, batch)
    check_story(pages[fault.page - 1].record, fault, batch)
    assert [page.page for page in pages] == list(range(1, PAGES + 1))
    assert all(f"This is page {page.page}." in page.blocks[1].text for page in pages)
    if fault.parser not in SPOIL_THE_REST:
        assert {p.record.parser for p in pages if p.page != FAULT_PAGE} == {fault.parser}
    assert not list(temporary_files.iterdir())


def check_story(record: PageRecord, fault: Fault, batch: int) -> None:
    assert sizes(record.tried) == fault.tried[batch]
    assert {attempt.outcome for attempt in record.tried} <= {fault.outcome}
    assert (record.parser, record.status) == (fault.made_by, PageStatus.OK)
    assert record.attempts == len(record.tried) + 1
    assert (record.reason is None) == (not record.tried)


def test_the_table_has_every_fault_and_is_in_the_docs():
    assert {fault.parser for fault in FAULTS} == PARSERS.keys() - NOT_IN_THE_TABLE
    assert table() in DOCUMENT.read_text(), "run `python -m tests.faults.table`"


def test_after_the_last_parser_comes_the_text_layer(tmp_path):
    pages = walk(tmp_path, simple_pdf(4), ["fails", "crashes"], inputs(4), find)
    record = pages[FAULT_PAGE - 1].record
    assert (record.parser, record.status) == ("textlayer", PageStatus.FALLBACK_TEXT)
    assert [a.parser for a in record.tried] == ["fails", "crashes", "crashes", "crashes"]
    assert record.reason == ("fails: ParseFailed, cannot make sense of it; crashes: ParserCrashed, killed by SIGSEGV")


def test_a_page_that_nobody_can_make_has_failed_with_its_story(tmp_path):
    *_, page = walk(tmp_path, drawing_pdf(), ["empty"], inputs(1))
    assert page.record.status is PageStatus.FAILED
    assert [(a.parser, a.outcome) for a in page.record.tried] == [
        ("empty", Outcome.FAILED),
        ("textlayer", Outcome.FAILED),
    ]


@pytest.mark.parametrize("parser", ["greedy", "killed", "none-fits"])
def test_a_page_that_wants_more_memory_waits_for_a_larger_pod(tmp_path, parser):
    """All others are finished before."""
    pages = starved(tmp_path, parser)
    assert [page.page for page in pages] == [1, 2, 4, FAULT_PAGE]
    assert [page.record.status for page in pages] == [PageStatus.OK] * 3 + [PageStatus.FAILED]


def test_the_last_attempt_of_the_pod_goes_on_to_the_next_parser_with_the_whole_story(tmp_path):
    *_, failed = starved(tmp_path, "none-fits")
    again = PageInput(inputs(4)[FAULT_PAGE - 1].profile, FAULT_PAGE, failed.record.tried)
    (page,) = walk(tmp_path, simple_pdf(4), ["none-fits", "pdfium"], [again], pod=Pod(1, 1, is_limited=True))
    assert page.record.parser == "pdfium"
    assert [attempt.pod for attempt in page.record.tried] == [0, 0, 0, 1, 1, 1]
    assert page.record.tried[3].memory_bytes == 2 * page.record.tried[0].memory_bytes


def test_a_pod_without_a_limit_is_not_tried_again(tmp_path):
    pages = run(tmp_path, "none-fits", 1, pod=Pod(attempt=0, retry_limit=2, is_limited=False))
    assert pages[FAULT_PAGE - 1].record.parser == "pdfium"


def test_the_peak_of_device_memory_is_in_the_ledger(tmp_path):
    pages = run(tmp_path, "two-fit", 8)
    assert {page.record.device_memory_bytes for page in pages} == {2_000_000}


@pytest.mark.parametrize(("batch", "most", "processes"), [(1, 3, 3), (2, 3, 2), (8, 100, 1)])
def test_a_process_that_holds_models_is_recycled_between_batches(tmp_path, batch, most, processes):
    settings = SETTINGS.model_copy(update={"worker_max_pages": most})
    pages = run(tmp_path, "models", batch, settings=settings)
    assert len({page.record.reason for page in pages}) == processes
    assert not any(page.record.tried for page in pages)


def test_a_process_that_has_grown_is_recycled(tmp_path):
    settings = SETTINGS.model_copy(update={"worker_max_growth_bytes": -1})
    assert len({page.record.reason for page in run(tmp_path, "models", 4, settings=settings)}) == 2


def test_stdout_is_left_alone(tmp_path):
    code = (
        "from pathlib import Path; from tests.faults.walking import *; from tests.pdfs import drawing_pdf, simple_pdf;"
        f"print(len(walk(Path({str(tmp_path)!r}), simple_pdf(4), ['chatters'], inputs(4))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "4\n"
    assert "more rubbish" in done.stderr
