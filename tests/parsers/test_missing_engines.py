"""The ledger tells which OCR engines a page has missed, so that it is read again once one is installed."""

from __future__ import annotations

import pytest

from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings
from tests.faults.misbehaving import Fails, NotInstalled
from tests.pdfs import simple_pdf


class Reader(Fails):
    """An engine that is there and reads nothing."""

    def suits(self, page: PageProfile) -> bool:
        return True


def records(tmp_path, kind, **engines):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(3))
    inputs = [PageInput(PageProfile(page=n, width=595, height=842, kind=kind), n) for n in (1, 2, 3)]
    chain = [*engines, "pdfium"]
    pages = parse_pages(path, inputs, chain, Settings(), lambda name: engines.get(name) or parser_class(name))
    return {page.page: page.record for page in pages}


@pytest.mark.parametrize("kind", [PageKind.GARBLED, PageKind.MIXED])
def test_pages_that_no_engine_could_read_name_those_that_are_missing(tmp_path, kind):
    found = records(tmp_path, kind, rapidocr=NotInstalled, tesseract=NotInstalled)
    assert {record.missing_parsers for record in found.values()} == {("rapidocr", "tesseract")}
    assert not any(record.is_final for record in found.values())


def test_a_page_that_an_engine_has_tried_misses_nothing(tmp_path):
    record = records(tmp_path, PageKind.GARBLED, rapidocr=Reader, tesseract=NotInstalled)[3]
    assert record.status is PageStatus.FALLBACK_TEXT
    assert record.missing_parsers == () and record.is_final


def test_other_parsers_that_are_missing_do_not_count(tmp_path):
    record = records(tmp_path, PageKind.DIGITAL, docling=NotInstalled)[1]
    assert "absent" in (record.reason or "") and record.is_final
