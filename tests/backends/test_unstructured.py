"""The real Unstructured, offline. Runs where it is installed: in an environment of its own."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from pdf_parser.domain.document import BlockKind, Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.unstructured import UnstructuredParser
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import PdfWriter
from tests.pdfs import PARAGRAPH, drawing_pdf, simple_pdf
from tests.scans import HELVETICA, LETTER, PROSE, RawPdf, scan_of, text_content

pytestmark = pytest.mark.skipif(
    bool(UnstructuredParser.missing()), reason="Unstructured lives in .venv-unstructured: `make backends`"
)
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not installed")
DIGITAL, SCANNED = PageKind.DIGITAL, PageKind.SCANNED


def profile(number: int, kind: PageKind, size: tuple[float, float] = (595.0, 842.0)) -> PageProfile:
    chars = 0 if kind is SCANNED else 100
    return PageProfile(page=number, width=size[0], height=size[1], kind=kind, chars=chars)


def parse(
    tmp_path: Path,
    data: bytes,
    *kinds: PageKind,
    strategy: str = "fast",
    first: int = 1,
    size: tuple[float, float] = (595.0, 842.0),
) -> list[Page]:
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    parser = UnstructuredParser(Settings(unstructured_strategy=strategy))
    parser.load()
    inputs = [PageInput(profile(first + n, kind, size), n + 1) for n, kind in enumerate(kinds or (DIGITAL,))]
    return list(parser.parse(path, inputs))


def test_the_text_layer_is_read(tmp_path):
    (page,) = parse(tmp_path, simple_pdf())
    text = " ".join(block.text for block in page.blocks)
    assert text == " ".join(("Chapter 1", "This is page 1.", *PARAGRAPH))
    assert (page.record.status, page.record.parser_version) == (PageStatus.OK, UnstructuredParser.version())


def test_pages_have_their_absolute_numbers(tmp_path):
    pages = parse(tmp_path, simple_pdf(3), DIGITAL, DIGITAL, DIGITAL, first=41)
    assert [page.page for page in pages] == [41, 42, 43]
    assert [page.blocks[0].text for page in pages] == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_boxes_are_points_from_the_top_left(tmp_path):
    (page,) = parse(tmp_path, simple_pdf())
    box = page.blocks[0].bbox
    assert box.x0 == pytest.approx(72, abs=2)
    assert box.y0 < 100 < box.y1 < 115


def test_boxes_of_a_turned_page_are_as_it_is_seen(tmp_path):
    turned = RawPdf(text_content(PROSE[:1]), {"F1": HELVETICA}, rotate=90).to_bytes()
    (page,) = parse(tmp_path, turned, size=(LETTER[1], LETTER[0]))
    (block,) = page.blocks
    box = block.bbox
    assert block.text == PROSE[0]
    assert box.x0 == pytest.approx(680, abs=6)  # 680 from the bottom of the unturned page, now from the left
    assert box.y0 == pytest.approx(72, abs=6)


def test_boxes_of_a_cropped_page_count_from_what_is_seen(tmp_path):
    data = RawPdf(text_content(PROSE[:1]), {"F1": HELVETICA}).to_bytes()
    cropped = data.replace(b"/Rotate 0", b"/Rotate 0 /CropBox [50 600 550 750]")
    (page,) = parse(tmp_path, cropped, size=(500, 150))
    box = page.blocks[0].bbox
    assert (box.x0, box.y1) == (pytest.approx(22, abs=3), pytest.approx(72, abs=6))


def test_list_items_have_their_markers(tmp_path):
    writer = PdfWriter()
    page = writer.page()
    page.text(72, 100, "- The first thing that has to be done is this.")
    (made,) = parse(tmp_path, writer.to_bytes())
    (block,) = made.blocks
    assert (block.kind, block.text) == (BlockKind.LIST_ITEM, "The first thing that has to be done is this.")


@needs_tesseract
@pytest.mark.parametrize("strategy", ["auto", "ocr_only"])
def test_scanned_pages_are_read_with_tesseract(tmp_path, strategy):
    (page,) = parse(tmp_path, scan_of(simple_pdf()), SCANNED, strategy=strategy)
    text = " ".join(block.text for block in page.blocks)
    assert "quick brown fox jumps over the lazy dog" in text
    assert page.record.status is PageStatus.OCR
    assert page.blocks[0].bbox.y0 == pytest.approx(87, abs=5)


@needs_tesseract
def test_auto_takes_the_text_layer_where_it_is_sound(tmp_path):
    (page,) = parse(tmp_path, simple_pdf(), strategy="auto")
    assert page.record.status is PageStatus.OK


def test_an_empty_result_on_a_page_with_something_on_it_is_a_failure(tmp_path):
    (page,) = parse(tmp_path, drawing_pdf())
    assert page.record.status is PageStatus.FAILED
    assert page.record.reason == "Unstructured found no text (fast)"


def test_without_its_language_model_it_still_finds_the_text_but_no_titles(tmp_path):
    spacy = pytest.importorskip("spacy")
    if spacy.util.is_package("en_core_web_sm"):
        pytest.skip("the language model is installed")
    (page,) = parse(tmp_path, simple_pdf())
    assert {block.kind for block in page.blocks} == {BlockKind.PARAGRAPH}


def test_the_layout_model_is_not_downloaded(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ParserUnavailable, match="hf download unstructuredio/yolo_x_layout"):
        parse(tmp_path, simple_pdf(), strategy="hi_res")


def test_nobody_is_told_and_nothing_is_fetched(tmp_path, monkeypatch, capfd):
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address) or 1 / 0)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *names, **more: asked.append(names) or 1 / 0)
    parse(tmp_path, simple_pdf())
    assert asked == []
    assert "notice" not in capfd.readouterr().err.lower()
    assert os.environ["SCARF_NO_ANALYTICS"] == "true"


def test_no_files_are_left_behind(tmp_path, monkeypatch):
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    parse(tmp_path, simple_pdf(2), DIGITAL, DIGITAL)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("strategy", "kind", "suits"),
    [
        ("fast", DIGITAL, True),
        ("fast", SCANNED, False),
        ("fast", PageKind.GARBLED, False),
        ("auto", SCANNED, True),
        ("auto", PageKind.BLANK, False),
    ],
)
def test_it_takes_only_pages_that_its_strategy_can_read(strategy, kind, suits):
    assert UnstructuredParser(Settings(unstructured_strategy=strategy)).suits(profile(1, kind)) is suits


def test_in_a_chain_it_makes_what_it_can(tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(2))
    inputs = [PageInput(profile(n, DIGITAL), n) for n in (1, 2)]
    pages = list(parse_pages(path, inputs, ["unstructured", "pdfium"], Settings(unstructured_strategy="fast")))
    assert [page.record.parser for page in pages] == ["unstructured", "unstructured"]
