"""Both engines, on pages made in code: what was written is read, wherever and however it stands on the page."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParseFailed
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.scans import PROSE, ciphered_pdf, grey_image, picture_pdf, scan_of, uniform

LINES = PROSE[:3]


def letter(title: str = "Minutes of the meeting") -> bytes:
    writer = PdfWriter()
    page = writer.page(420, 220)
    page.text(40, 50, title, size=20, font="bold")
    for i, line in enumerate(LINES):
        page.text(40, 90 + 18 * i, line, size=12)
    return writer.to_bytes()


def read(parser: Parser, data: bytes, tmp_path: Path, kind: PageKind = PageKind.SCANNED, chars: int = 0) -> Page:
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    profile = PageProfile(page=1, width=420, height=300, kind=kind, chars=chars)
    (page,) = parser.parse(path, [PageInput(profile, 1)])
    return page


def similarity(page: Page) -> float:
    said = " ".join(block.text for block in page.blocks)
    return SequenceMatcher(None, said, " ".join(["Minutes of the meeting", *LINES])).ratio()


@pytest.mark.parametrize(("turn", "title_at"), [(0, "left"), (90, "top"), (180, "right"), (270, "bottom")])
def test_a_page_is_read_whichever_way_it_lies(parser, tmp_path, turn, title_at):
    """And its boxes lie where the page has them: where lines begin, there the short last line is near the edge."""
    page = read(parser, scan_of(letter(), turn), tmp_path)
    assert similarity(page) > 0.97
    assert page.record.status is PageStatus.OCR
    assert page.record.confidence > 0.85
    assert (f"rotated {(360 - turn) % 360}" in (page.record.reason or "")) == bool(turn)
    assert nearest_edge(page) == title_at


def nearest_edge(page: Page) -> str:
    """The edge that the title, which is short and begins with its line, stands next to."""
    box = page.blocks[0].bbox
    gaps = {"left": box.x0, "right": page.width - box.x1}
    if page.height > page.width:
        gaps = {"top": box.y0, "bottom": page.height - box.y1}
    return min(gaps, key=lambda edge: gaps[edge])


@pytest.mark.parametrize("skew", [2.0, -3.5])
def test_a_page_that_lies_askew_is_read(parser, tmp_path, skew):
    page = read(parser, scan_of(letter(), skew=skew), tmp_path)
    assert similarity(page) > 0.97
    assert float(re.findall(r"skew (\S+)°", page.record.reason or "")[0]) == pytest.approx(skew, abs=0.2)


def test_type_has_its_size(parser, tmp_path):
    page = read(parser, scan_of(letter()), tmp_path)
    sizes = [block.style.size for block in page.blocks]
    assert sizes[0] == pytest.approx(20, rel=0.12)
    assert sizes[-1] == pytest.approx(12, rel=0.12)


def test_words_know_how_surely_they_were_read(parser, tmp_path):
    page = read(parser, scan_of(letter()), tmp_path)
    assert all(0.5 < block.confidence <= 1 for block in page.blocks)


def test_a_garbled_text_layer_is_read_from_the_picture(parser, tmp_path):
    page = read(parser, ciphered_pdf(), tmp_path, PageKind.GARBLED, chars=250)
    assert PROSE[0] in page.blocks[0].text


def test_an_empty_sheet_is_blank(parser, tmp_path):
    page = read(parser, picture_pdf(uniform(253)), tmp_path)
    assert (page.record.status, page.record.reason) == (PageStatus.BLANK, "an empty sheet")


def photo(noise: int) -> bytes:
    """Soft spots of light and dark, with grain."""
    rng = np.random.default_rng(1)
    spots = np.kron(rng.integers(40, 215, (6, 5)), np.ones((60, 60)))
    pixels = np.clip(spots + rng.normal(0, noise, spots.shape), 0, 255).astype(np.uint8)
    return grey_image(pixels.tobytes(), pixels.shape[1], pixels.shape[0])


@pytest.mark.parametrize("noise", [0, 25])
def test_a_photo_is_no_success_with_nothing_in_it(parser, tmp_path, noise):
    page = read(parser, picture_pdf(photo(noise)), tmp_path)
    assert page.record.status in (PageStatus.BLANK, PageStatus.FAILED)
    assert re.match("picture without text|nothing legible", page.record.reason or "")


def test_a_picture_without_text_over_text_is_left_to_the_next_parser(parser, tmp_path):
    page = read(parser, picture_pdf(photo(0)), tmp_path, PageKind.MIXED, chars=40)
    assert page.record.status is PageStatus.FAILED


def test_the_whole_chain_reads_a_scan_in_its_child_process(parser, tmp_path):
    """Under the limits on memory and time that the steps set."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan_of(letter()))
    inputs = [PageInput(PageProfile(page=1, width=420, height=300, kind=PageKind.SCANNED, images=1), 1)]
    (page,) = parse_pages(path, inputs, (parser.name, "pdfium"), Settings())
    assert (page.record.status, page.record.parser) == (PageStatus.OCR, parser.name)
    assert page.record.parser_version


def test_a_picture_that_cannot_be_decoded_is_not_taken_for_an_empty_sheet(parser, tmp_path):
    broken = grey_image(b"\0" * 100, 10, 10).replace(b"/FlateDecode", b"/DCTDecode")
    with pytest.raises(ParseFailed, match="cannot be decoded"):
        read(parser, picture_pdf(broken), tmp_path)
