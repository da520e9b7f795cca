"""Pages made in code, and what kind they are found to be."""

from __future__ import annotations

import pytest

from pdf_parser.domain.profile import PageKind, PageProfile, profile_page
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.opening import opened
from tests.pdfs import blank_pdf, drawing_pdf, simple_pdf
from tests.scans import PROSE, ciphered_pdf, hidden_layer_pdf, picture_pdf, text_content, uniform

LONG_PROSE = PROSE * 3


def profile(data: bytes) -> PageProfile:
    with opened(data) as pdf:
        return profile_page(measure_page(pdf, 1))


def white_drawing() -> bytes:
    writer = PdfWriter()
    writer.page().fill(0, 0, 595, 842, grey=1)
    return writer.to_bytes()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (simple_pdf(), PageKind.DIGITAL),
        (blank_pdf(), PageKind.BLANK),
        (white_drawing(), PageKind.BLANK),
        (drawing_pdf(), PageKind.SCANNED),
        (picture_pdf(uniform(200)), PageKind.SCANNED),
        (picture_pdf(uniform(255)), PageKind.SCANNED),  # the OCR parser finds that it is white
        (picture_pdf(uniform(200), over=text_content(LONG_PROSE)), PageKind.DIGITAL),  # text on a background picture
        (picture_pdf(uniform(200), over=text_content(PROSE[:1])), PageKind.MIXED),  # a stamp on a scan
        (hidden_layer_pdf(uniform(200), LONG_PROSE), PageKind.MIXED),
        (ciphered_pdf(), PageKind.GARBLED),
    ],
)
def test_kinds_of_pages(data, kind):
    assert profile(data).kind is kind


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_scan_covers_its_page_however_that_is_rotated(rotate):
    found = profile(picture_pdf(uniform(200), rotate=rotate))
    assert found.image_coverage == pytest.approx(1.0, abs=0.01)
    assert found.rotation == rotate


def test_hidden_text_is_counted():
    found = profile(hidden_layer_pdf(uniform(200), LONG_PROSE))
    assert found.hidden_chars == found.chars > 200
    assert found.has_hidden_layer and found.has_sound_text


def test_rules_are_counted():
    assert profile(drawing_pdf()).rules == 30


def test_a_shift_of_the_letters_is_seen():
    """As fonts give it whose glyph numbers are taken for character codes."""
    shifted = "".join(chr((ord(c) - 97 + 3) % 26 + 97) for c in "abcdefghijklmnopqrstuvwxyz")
    assert profile(ciphered_pdf(key=shifted)).odd_share > 0.9
