"""Whatever a parser does, every page comes back once, and the ledger says why it looks the way it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind
from pdf_parser.errors import ParserUnavailable
from tests.faults.misbehaving import FAULT_PAGE
from tests.faults.walking import inputs, walk
from tests.pdfs import blank_pdf, drawing_pdf, simple_pdf


def parse(
    tmp_path: Path,
    data: bytes,
    chain: list[str],
    pages: int,
    kind: PageKind = PageKind.DIGITAL,
    required: bool = False,
) -> list[Page]:
    return walk(tmp_path, data, chain, inputs(pages, kind), required=required)


@pytest.mark.parametrize(
    ("parser", "reason", "attempts"),
    [
        ("crashes", "crashes: ParserCrashed, killed by SIGSEGV", 4),
        ("hangs", "hangs: ParseTimeout, nothing for 0.7 s", 2),
        ("greedy", "greedy: OutOfMemory", 4),
        ("fails", "fails: ParseFailed, cannot make sense of it", 2),
    ],
)
def test_a_page_that_stops_one_parser_is_made_by_the_next(tmp_path, parser, reason, attempts):
    pages = parse(tmp_path, simple_pdf(5), [parser, "pdfium"], pages=5)
    assert [page.record.parser for page in pages] == [parser, parser, "pdfium", parser, parser]
    troubled = pages[FAULT_PAGE - 1].record
    assert troubled.status is PageStatus.OK
    assert reason in (troubled.reason or "")
    assert troubled.attempts == attempts


def test_the_text_layer_is_the_last_resort(tmp_path):
    pages = parse(tmp_path, simple_pdf(4), ["fails"], pages=4)
    troubled = pages[FAULT_PAGE - 1]
    assert troubled.record.status is PageStatus.FALLBACK_TEXT
    assert "This is page 3." in troubled.blocks[0].text


def test_pages_that_a_parser_keeps_to_itself_are_not_lost(tmp_path):
    pages = parse(tmp_path, simple_pdf(5), ["quitter", "pdfium"], pages=5)
    assert [page.page for page in pages] == [1, 2, 3, 4, 5]
    assert [page.record.parser for page in pages] == ["quitter", "quitter", "pdfium", "pdfium", "pdfium"]


def test_ink_without_text_is_a_failure_with_a_reason(tmp_path):
    (page,) = parse(tmp_path, drawing_pdf(), ["pdfium"], pages=1, kind=PageKind.SCANNED)
    assert page.record.status is PageStatus.FAILED
    assert "OCR" in (page.record.reason or "")


def test_a_blank_page_is_blank_and_not_failed(tmp_path):
    (page,) = parse(tmp_path, blank_pdf(), ["pdfium"], pages=1, kind=PageKind.BLANK)
    assert page.record.status is PageStatus.BLANK


def test_a_parser_that_was_asked_for_and_is_missing_stops_the_run(tmp_path):
    with pytest.raises(ParserUnavailable, match=r"pip install 'pdf-parser\[absent\]'"):
        parse(tmp_path, simple_pdf(), ["absent", "pdfium"], pages=1, required=True)


def test_a_parser_that_was_chosen_for_the_caller_and_is_missing_is_noted(tmp_path):
    (page,) = parse(tmp_path, simple_pdf(), ["absent", "pdfium"], pages=1)
    assert page.record.parser == "pdfium"
    assert "pip install 'pdf-parser[absent]'" in (page.record.reason or "")


def test_a_scanned_page_without_any_ocr_engine_fails_and_says_what_to_install(tmp_path):
    (page,) = parse(tmp_path, drawing_pdf(), ["absent", "pdfium"], pages=1, kind=PageKind.SCANNED)
    assert page.record.status is PageStatus.FAILED
    assert "pip install 'pdf-parser[absent]'" in (page.record.reason or "")


def test_a_garbled_text_layer_is_given_as_a_last_resort_and_marked(tmp_path):
    (page,) = parse(tmp_path, simple_pdf(), ["pdfium"], pages=1, kind=PageKind.GARBLED)
    assert page.record.status is PageStatus.FALLBACK_TEXT
    assert "garbled" in (page.record.reason or "")


def test_a_missing_parser_further_down_the_chain_is_noted(tmp_path):
    pages = parse(tmp_path, simple_pdf(3), ["fails", "absent", "pdfium"], pages=3)
    assert "absent" in (pages[FAULT_PAGE - 1].record.reason or "")


def test_pages_that_no_parser_wants_still_get_their_text(tmp_path):
    pages = parse(tmp_path, simple_pdf(2), ["choosy"], pages=2)
    assert {page.record.status for page in pages} == {PageStatus.FALLBACK_TEXT}
