"""The real Marker against small servers of ours. Runs where Marker is installed: in an environment of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdf_parser.domain.document import BlockKind, Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParseFailed, ParserUnavailable
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.marker import MarkerParser
from pdf_parser.settings import Settings
from pdf_parser.utils.pdf_writer import A4, PdfWriter
from tests.backends.inference_servers import InferenceServers, inference_servers, judge, layout
from tests.pdfs import PARAGRAPH, long_table_pdf, simple_pdf

pytestmark = pytest.mark.skipif(bool(MarkerParser.missing()), reason="Marker lives in .venv-marker: `make backends`")

WIDTH, HEIGHT = A4
# In thousandths of the page, as simple_pdf sets them.
SIMPLE = [("SectionHeader", 100.0, 95.0, 500.0, 130.0), ("Text", 100.0, 150.0, 800.0, 215.0)]
READ = (
    '<div data-label="Section-Header" data-bbox="100 50 500 100"><h1>Scanned title</h1></div>'
    '<div data-label="Text" data-bbox="100 120 900 200"><p>Some <b>scanned</b> text with <math>x^2</math>.</p></div>'
    '<div data-label="Table" data-bbox="100 300 900 500"><table><tr><th colspan="2">Both</th></tr>'
    "<tr><td>1</td><td>2</td></tr></table></div>"
)


@pytest.fixture
def servers() -> Iterator[InferenceServers]:
    with inference_servers() as servers:
        servers.layout.infer = layout(SIMPLE)
        yield servers


def parse(
    tmp_path: Path,
    servers: InferenceServers,
    data: bytes,
    positions: tuple[int, ...] = (1,),
    first: int = 1,
    kind: PageKind = PageKind.DIGITAL,
    **more: object,
) -> list[Page]:
    """The pages at `positions` of the file are the pages `first` and on of a document."""
    path = tmp_path / "document.pdf"
    path.write_bytes(data)
    settings = Settings(**{**servers.urls, "page_timeout_s": 30, **more})
    parser = MarkerParser(settings)
    parser.load()
    inputs = [
        PageInput(PageProfile(page=first + n, width=WIDTH, height=HEIGHT, kind=kind, chars=100), position)
        for n, position in enumerate(positions)
    ]
    return list(parser.parse(path, inputs))


def ink() -> bytes:
    """A page without text, and ink where READ says that something is."""
    writer = PdfWriter()
    page = writer.page(WIDTH, HEIGHT)
    for y in range(40, 400, 6):
        page.line(60, y, 560, y)
    return writer.to_bytes()


def test_digital_pages_are_read_from_their_text_layer(tmp_path, servers):
    (page,) = parse(tmp_path, servers, simple_pdf())
    heading, text = page.blocks
    assert (heading.kind, heading.text) == (BlockKind.HEADING, "Chapter 1")
    assert (text.kind, text.text) == (BlockKind.PARAGRAPH, " ".join(("This is page 1.", *PARAGRAPH)))
    assert (page.record.status, page.record.parser_version[:2]) == (PageStatus.OK, "2.")
    assert servers.vision.asked == []


def test_pages_of_a_range_keep_their_absolute_numbers_over_batches(tmp_path, servers):
    pages = parse(tmp_path, servers, simple_pdf(6), positions=(2, 3, 5), first=101, marker_batch_pages=2)
    assert [page.page for page in pages] == [101, 102, 103]
    assert [page.blocks[0].text for page in pages] == ["Chapter 2", "Chapter 3", "Chapter 5"]
    assert {block.page for page in pages for block in page.blocks} == {101, 102, 103}


def test_boxes_are_points_from_the_top_left(tmp_path, servers):
    (page,) = parse(tmp_path, servers, simple_pdf())
    box = page.blocks[0].bbox
    assert box.x0 == pytest.approx(0.1 * WIDTH, abs=2)
    assert box.y0 == pytest.approx(0.095 * HEIGHT, abs=2)
    assert box.y1 == pytest.approx(0.13 * HEIGHT, abs=2)


ROWS = [(f"Alpha {n}", f"{n}.50", f"{n * n}") for n in range(1, 9)]


def test_a_table_of_the_text_layer_has_its_cells(tmp_path, servers):
    servers.layout.infer = layout([("Table", 100, 130, 900, 370)])
    (page,) = parse(tmp_path, servers, long_table_pdf(("Name", "Sum", "Square"), [ROWS]))
    (table,) = page.tables
    assert table.n_cols == 3
    assert " ".join(cell.text for cell in table.cells if cell.col == 0) == " ".join(["Name", *(row[0] for row in ROWS)])


def test_a_table_that_is_no_grid_is_read_by_the_vision_model(tmp_path, servers):
    servers.layout.infer = layout([("Table", 100, 130, 900, 200)])
    servers.vision.says = "<table><tr><td colspan=2>Name</td></tr><tr><td>1</td><td>2</td></tr></table>"
    (page,) = parse(tmp_path, servers, long_table_pdf(("Name",), [[("1  2",)]]))
    assert page.tables[0].cells[0].col_span == 2


def test_a_table_that_nobody_could_read_keeps_its_text_and_says_so(tmp_path, servers):
    servers.layout.infer = layout([("Table", 100, 130, 900, 200)])
    (page,) = parse(tmp_path, servers, long_table_pdf(("Name",), [[("1  2",)]]))
    assert page.blocks[0].text == "Name\n1 2"
    assert page.record.reason == "tables read as plain text: 1"


@pytest.mark.parametrize("mode", ["fast", "balanced", "force_ocr"])
def test_scanned_pages_are_read_by_the_vision_model(tmp_path, servers, mode):
    servers.layout.infer = layout([("Text", 100, 50, 900, 500)])
    servers.vision.says = READ
    (page,) = parse(tmp_path, servers, ink(), kind=PageKind.SCANNED, marker_mode=mode)
    heading, text, table = page.blocks
    assert (heading.kind, heading.text) == (BlockKind.HEADING, "Scanned title")
    assert text.text == "Some scanned text with $x^2$."
    assert page.table(table.table_id or "").cells[0].col_span == 2
    assert page.record.status is PageStatus.OCR
    assert heading.bbox.y1 == pytest.approx(0.1 * HEIGHT, abs=2)


def test_a_garbled_text_layer_is_read_again(tmp_path, servers):
    servers.errors.infer = judge(bad="garbled")
    servers.vision.says = READ
    (page,) = parse(tmp_path, servers, simple_pdf(words="garbled"), marker_mode="fast")
    assert page.record.status is PageStatus.OCR
    assert page.blocks[0].text == "Some scanned text with $x^2$."


@pytest.mark.parametrize("setting", ["surya_inference_url", "fast_layout_server_url", "ocr_error_server_url"])
def test_a_server_that_is_not_named_is_never_started(tmp_path, servers, setting):
    with pytest.raises(ParserUnavailable, match=f"{setting.upper()}, which is not set"):
        parse(tmp_path, servers, simple_pdf(), **{setting: ""})


def test_the_layout_model_is_needed_in_the_fast_mode_only(tmp_path, servers):
    servers.vision.says = READ
    assert parse(tmp_path, servers, ink(), marker_mode="force_ocr", fast_layout_server_url="")


@pytest.mark.parametrize("name", ["layout", "errors", "vision"])
def test_a_server_with_another_model_is_not_used(tmp_path, servers, name):
    getattr(servers, name).model = "somebody/else"
    with pytest.raises(ParserUnavailable, match=r"serves \['somebody/else'\], Marker needs"):
        parse(tmp_path, servers, simple_pdf())


def test_a_server_that_is_not_well_is_named(tmp_path, servers):
    servers.errors.site.answers.pop("/health")
    with pytest.raises(ParserUnavailable, match="Nothing well answers at OCR_ERROR_SERVER_URL"):
        parse(tmp_path, servers, simple_pdf())


def test_a_server_that_goes_away_under_way_makes_marker_unavailable(tmp_path, servers):
    def gone(request: dict[str, list[str]]) -> list[object]:
        servers.layout.site.answers.pop("/health", None)
        raise ConnectionAbortedError

    servers.layout.infer = gone
    with pytest.raises(ParserUnavailable, match="A server of Marker is gone"):
        parse(tmp_path, servers, simple_pdf())


def test_text_that_the_vision_model_fails_to_give_is_missed(tmp_path, servers):
    servers.vision.status = 400
    with pytest.raises(ParseFailed, match="requests to Marker's vision model failed"):
        parse(tmp_path, servers, ink(), kind=PageKind.SCANNED, marker_mode="force_ocr")


def test_a_vision_model_that_runs_in_circles_fails_the_page(tmp_path, servers):
    loop = '<div data-label="Text" data-bbox="100 220 900 260"><p>' + "again " * 99 + "</p></div>"
    servers.vision.says = READ + loop + '<div data-label="Text" data-bbox="100 270 900 290"><p>End</p></div>'
    (page,) = parse(tmp_path, servers, ink(), kind=PageKind.SCANNED, marker_mode="balanced")
    assert page.record.status is PageStatus.FAILED
    assert page.record.reason == "the vision model repeats itself: 'again'"


def test_a_page_on_which_nothing_was_found_goes_to_the_next_parser(tmp_path, servers):
    (page,) = parse(tmp_path, servers, ink(), kind=PageKind.SCANNED)
    assert (page.record.status, page.record.reason) == (PageStatus.FAILED, "Marker found nothing on the page")


def test_no_program_is_ever_started(tmp_path, servers, monkeypatch):
    started: list[object] = []
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda self, *args, **kw: started.append(args) or 1 / 0)
    servers.vision.says = READ
    parse(tmp_path, servers, ink(), kind=PageKind.SCANNED)
    assert started == []


def test_in_a_chain_marker_makes_what_it_can(tmp_path, servers):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(2))
    profiles = [PageProfile(page=n, width=WIDTH, height=HEIGHT, kind=PageKind.DIGITAL, chars=9) for n in (1, 2)]
    inputs = [PageInput(profile, profile.page) for profile in profiles]
    settings = Settings(**servers.urls, page_timeout_s=30)
    pages = list(parse_pages(path, inputs, ["marker", "pdfium"], settings))
    assert [page.record.parser for page in pages] == ["marker", "marker"]
