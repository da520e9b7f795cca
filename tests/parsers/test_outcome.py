"""An empty page is never a success where the PDF has something."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Outcome, PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.parsers.outcome import objection


def judged(kind: PageKind, chars: int, status: PageStatus, reason: str | None) -> Outcome | None:
    record = PageRecord(page=1, kind=kind, status=status, parser="x", reason=reason)
    profile = PageProfile(page=1, width=10, height=10, kind=kind, chars=chars)
    found = objection(Page(page=1, width=10, height=10, record=record), profile)
    return found and found[0]


@pytest.mark.parametrize(
    ("kind", "chars", "status", "reason", "outcome"),
    [
        (PageKind.DIGITAL, 900, PageStatus.OK, None, Outcome.EMPTY),
        (PageKind.DIGITAL, 900, PageStatus.BLANK, "an empty sheet", Outcome.EMPTY),
        (PageKind.GARBLED, 900, PageStatus.OCR, None, Outcome.EMPTY),
        (PageKind.SCANNED, 0, PageStatus.OCR, None, Outcome.EMPTY),
        (PageKind.SCANNED, 0, PageStatus.BLANK, None, Outcome.EMPTY),
        (PageKind.SCANNED, 0, PageStatus.BLANK, "picture without text", None),
        (PageKind.SCANNED, 0, PageStatus.FAILED, "nothing legible", Outcome.FAILED),
        (PageKind.BLANK, 0, PageStatus.BLANK, None, None),
        (PageKind.BLANK, 0, PageStatus.OK, None, None),
    ],
)
def test_a_page_without_blocks_needs_a_blank_profile_or_a_reason(kind, chars, status, reason, outcome):
    assert judged(kind, chars, status, reason) is outcome
