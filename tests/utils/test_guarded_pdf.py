"""Strange files, seen through child processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.domain.profile import PageKind
from pdf_parser.errors import CorruptPdf, EmptyPdf, NotAPdf
from pdf_parser.settings import Settings
from pdf_parser.utils.guarded_pdf import GuardedPdf
from pdf_parser.utils.pdf import open_pdf, page_text
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.pdfs import blank_pdf, drawing_pdf, simple_pdf


def guarded(tmp_path: Path, data: bytes) -> GuardedPdf:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    return GuardedPdf(path, None, Settings(page_timeout_s=20))


def test_pages_are_counted(tmp_path):
    assert guarded(tmp_path, simple_pdf(3)).page_count() == 3


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n", b" " * 2000 + b"%PDF-1.7"])
def test_other_files_are_not_a_pdf(tmp_path, data):
    with pytest.raises(NotAPdf):
        guarded(tmp_path, data).page_count()


def test_a_header_alone_is_a_corrupt_pdf(tmp_path):
    with pytest.raises(CorruptPdf):
        guarded(tmp_path, b"%PDF-1.7\n%%EOF\n").page_count()


def test_a_pdf_without_pages_is_empty(tmp_path):
    with pytest.raises((EmptyPdf, CorruptPdf)):
        guarded(tmp_path, PdfWriter().to_bytes()).page_count()


def test_a_file_without_its_end_is_mended(tmp_path):
    data = simple_pdf(2)
    pdf = guarded(tmp_path, data[: data.rindex(b"xref\n0")])
    assert pdf.page_count() == 2
    with open_pdf(pdf.path) as document:
        assert "This is page 2." in page_text(document, 2)


def test_a_file_cut_in_the_middle_is_corrupt(tmp_path):
    data = simple_pdf(5)
    with pytest.raises(CorruptPdf):
        guarded(tmp_path, data[len(data) // 3 : -200].join((b"%PDF-1.7\n", b""))).page_count()


def test_kinds_of_pages(tmp_path):
    pdf = guarded(tmp_path, simple_pdf(1))
    assert [p.kind for p in pdf.profiles([1])] == [PageKind.DIGITAL]
    assert next(guarded(tmp_path, blank_pdf()).profiles([1])).kind is PageKind.BLANK
    assert next(guarded(tmp_path, drawing_pdf()).profiles([1])).kind is PageKind.SCANNED


def test_a_blank_page_is_told_from_a_damaged_one(tmp_path):
    assert next(guarded(tmp_path, blank_pdf()).profiles([1])).note is None
    damaged = simple_pdf(1).replace(b"<< /Length ", b"<< /Filter /LZWDecode /Length ")
    profile = next(guarded(tmp_path, damaged).profiles([1]))
    assert "nothing can be drawn" in (profile.note or "")


def test_a_page_that_cannot_be_loaded_costs_only_itself(tmp_path):
    data = simple_pdf(3).replace(b"/Kids [7 0 R 9 0 R", b"/Kids [7 0 R 1 0 R", 1)
    kinds = [(p.page, p.note is None) for p in guarded(tmp_path, data).profiles([1, 2, 3])]
    assert [page for page, _ in kinds] == [1, 2, 3]
    assert kinds[0] == (1, True) and kinds[2] == (3, True)


def test_copied_pages_keep_their_order(tmp_path):
    pdf = guarded(tmp_path, simple_pdf(5))
    target = tmp_path / "part.pdf"
    target.touch()
    pdf.copy([2, 5], target)
    with open_pdf(target) as part:
        assert ["page 2." in page_text(part, 1), "page 5." in page_text(part, 2)] == [True, True]
