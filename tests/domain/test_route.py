from __future__ import annotations

import pytest

from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.route import OCR_S, route_page


def page(kind: PageKind, **facts) -> PageProfile:
    return PageProfile(page=1, width=595, height=842, kind=kind, **facts)


HIDDEN_LAYER = page(PageKind.MIXED, chars=4000, hidden_chars=4000, image_coverage=1.0, images=1)


@pytest.mark.parametrize(
    ("profile", "parsers"),
    [
        (page(PageKind.DIGITAL, chars=900), ("pdfium",)),
        (page(PageKind.BLANK), ("pdfium",)),
        (page(PageKind.SCANNED, images=1), ("rapidocr", "tesseract", "pdfium")),
        (page(PageKind.GARBLED, chars=900, bad_chars=900), ("rapidocr", "tesseract", "pdfium")),
        (HIDDEN_LAYER, ("pdfium",)),
        (HIDDEN_LAYER.model_copy(update={"odd_share": 0.9}), ("rapidocr", "tesseract", "pdfium")),
        (page(PageKind.MIXED, chars=40, images=1), ("rapidocr", "tesseract", "pdfium")),  # a stamp on a scan
    ],
)
def test_the_kind_decides_the_chain(profile, parsers):
    assert route_page(profile, "auto").parsers == parsers


@pytest.mark.parametrize(
    ("engine", "parsers"),
    [("rapidocr", ("rapidocr", "pdfium")), ("tesseract", ("tesseract", "pdfium")), ("off", ("pdfium",))],
)
def test_the_setting_decides_the_engine(engine, parsers):
    route = route_page(page(PageKind.SCANNED), "auto", engine)
    assert route.parsers == parsers
    assert ("OCR is off" in route.reason) == (engine == "off")


def test_only_a_parser_that_was_asked_for_is_required():
    assert not route_page(page(PageKind.SCANNED), "auto").required
    assert route_page(page(PageKind.DIGITAL), "tesseract").required


def test_a_parser_that_was_asked_for_comes_first_and_once():
    assert route_page(page(PageKind.SCANNED), "tesseract").parsers == ("tesseract", "rapidocr", "pdfium")
    assert route_page(page(PageKind.DIGITAL), "tesseract").parsers == ("tesseract", "pdfium")
    assert route_page(page(PageKind.SCANNED), "pdfium").parsers == ("pdfium",)


def test_pages_for_ocr_make_small_shards():
    assert route_page(page(PageKind.SCANNED), "auto").seconds_per_page == OCR_S
    assert route_page(page(PageKind.SCANNED), "auto", "off").seconds_per_page < OCR_S
