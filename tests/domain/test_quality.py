"""What makes a page a bad one. No good page of the development corpus may be called bad."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import Block, BlockKind, Page, block_id, table_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.quality import GOOD, is_bad, is_broken, judge, judged, worth
from pdf_parser.domain.table import Cell, Table

PROSE = (
    "The committee met on the second of March and agreed that the report should be published before the year ends. "
    "Three of its members asked for another hearing, in which the engineers could explain how the bridge was measured. "
)
WHOLE = BBox(x0=50, y0=50, x1=550, y1=750)


def profile(kind: PageKind = PageKind.DIGITAL, chars: int | None = None, **facts) -> PageProfile:
    chars = len(PROSE.replace(" ", "")) if chars is None and kind is PageKind.DIGITAL else chars or 0
    return PageProfile(page=1, width=600, height=800, kind=kind, chars=chars, **facts)


def page(text: str = PROSE, *tables: Table, status: PageStatus = PageStatus.OK, **record) -> Page:
    block = Block(id=block_id(1, 1), kind=BlockKind.PARAGRAPH, page=1, bbox=WHOLE, text=text, parser="x")
    told = PageRecord(page=1, kind=PageKind.DIGITAL, status=status, parser="x", **record)
    return Page(page=1, width=600, height=800, blocks=(block,) if text else (), tables=tables, record=told)


def table(rows: list[list[str | None]], box: BBox = WHOLE) -> Table:
    """None leaves a hole in the grid."""
    cells = tuple(Cell(row=r, col=c, text=t) for r, row in enumerate(rows) for c, t in enumerate(row) if t is not None)
    n_cols = max(map(len, rows))
    return Table(id=table_id(1, 1), page=1, bbox=box, n_rows=len(rows), n_cols=n_cols, cells=cells, parser="x")


def test_a_good_page_has_no_fault():
    quality = judge(page(), profile())
    assert (quality.score, quality.faults) == (1.0, ())


@pytest.mark.parametrize(
    ("made", "facts", "fault"),
    [
        (page(status=PageStatus.FAILED), profile(), "failed"),
        (page(""), profile(), "empty though ink"),
        (page(""), profile(PageKind.SCANNED, images=1), "empty though ink"),
        (page(status=PageStatus.FALLBACK_TEXT), profile(), "bare text layer"),
        (page(PROSE.replace("e", "\ue001")), profile(), "bad glyphs"),
        (page(PROSE.replace("e", "\ufffd")), profile(), "bad glyphs"),
        (page(PROSE[:90]), profile(chars=900), "text missing"),
        (page(PROSE * 4), profile(), "text doubled"),
        (page("the same line again and again " * 40), profile(PageKind.SCANNED), "repeats itself"),
        (page(confidence=0.3), profile(PageKind.SCANNED), "low confidence"),
        (page("", table([["a" * 50], ["b" * 50]])), profile(PageKind.SCANNED), "broken table"),
    ],
)
def test_a_fault_is_named(made, facts, fault):
    quality = judge(made, facts)
    assert fault in quality.faults and 0 <= quality.score < 1


def test_letters_that_make_no_language_are_seen():
    cipher = str.maketrans("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
    assert judge(page(PROSE.translate(cipher) * 2), profile(PageKind.GARBLED)).faults == ("letters of no language",)


@pytest.mark.parametrize(
    ("made", "facts"),
    [
        (page("", status=PageStatus.BLANK), profile(PageKind.BLANK)),
        (page("", status=PageStatus.BLANK, reason="a photograph"), profile(PageKind.SCANNED, images=1)),
        (page("12"), profile(chars=2)),
        (page("A title"), profile(chars=200)),  # what stands beside the page is in its text layer too
        (page("Introduction . . . . . . . . . . . . . . 12 " * 40), profile(chars=1200)),
        (page(PROSE, table([["a", "b"], ["c", None]], BBox(x0=0, y0=0, x1=90, y1=90))), profile()),
    ],
)
def test_what_looks_odd_and_is_not_bad(made, facts):
    assert judge(made, facts).score >= GOOD


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        ([["a", "b"], ["c", "d"]], False),
        ([["a", "b"], ["c", None], [None, None]], True),
        ([["a"], ["b"]], True),
        ([["a", "", ""], ["", "", ""], ["", "", ""]], True),
        ([["a", ""], ["", ""]], False),  # too small to tell
    ],
)
def test_tables_are_broken_when_ragged_empty_or_of_one_column(rows, broken):
    assert is_broken(table(rows)) is broken


def test_the_judgement_goes_into_the_ledger():
    record = judged(page(""), profile()).record
    assert is_bad(record) and record.faults == ("empty though ink",)


def test_a_page_that_nobody_judged_is_good_unless_it_failed():
    assert (worth(page().record), worth(page(status=PageStatus.FAILED).record)) == (1.0, 0.0)
