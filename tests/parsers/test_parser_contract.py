"""What every parser promises, over those that can be used here: `make test-backends` runs it in each environment."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.domain.profile import profile_page
from pdf_parser.errors import ParserUnavailable, PdfParserError, from_code
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.registry import PARSERS, parser_class
from pdf_parser.settings import Settings
from pdf_parser.utils.isolation import Limits, stream
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import open_pdf
from pdf_parser.utils.pdf_writer import PdfWriter
from pdf_parser.utils.scratch import scratch_file
from tests.parsers.helpers import helped
from tests.pdfs import PARAGRAPH

TURNED = 4  # of the file's pages
POSITIONS = (2, 3, TURNED)
OFFSET = 100  # page 102 of the document is page 2 of the shard's file
HEADING = (80.0, 95.0)  # a point in the first letter of the heading
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Outcome:
    pages: list[Page]
    error: PdfParserError  # of a corrupt file
    left: list[str]  # in the folder for temporary files


def document() -> bytes:
    writer = PdfWriter()
    for number in range(1, 6):
        page = writer.page(rotate=90 if number == TURNED else 0)
        page.text(72, 100, f"Chapter {number}", size=18, font="bold")
        for i, line in enumerate((f"This is page {number}.", *PARAGRAPH)):
            page.text(72, 140 + 14 * i, line)
    return writer.to_bytes()


def inputs_of(path: Path) -> list[PageInput]:
    with open_pdf(path) as pdf:
        profiles = [profile_page(measure_page(pdf, n)) for n in POSITIONS]
    moved = [profile.model_copy(update={"page": profile.page + OFFSET}) for profile in profiles]
    return [PageInput(profile, position) for profile, position in zip(moved, POSITIONS, strict=True)]


def stay_at_home(event: str, details: tuple[object, ...]) -> None:
    """An audit hook: nobody outside of this machine is asked for anything."""
    if event == "socket.connect" and isinstance(details[1], tuple) and details[1][0] not in LOCAL:
        raise AssertionError(f"connects to {details[1]}")
    if event == "socket.getaddrinfo" and details[0] not in (*LOCAL, None):
        raise AssertionError(f"looks for {details[0]!r}")


def work(parser: Parser, good: Path, corrupt: Path, temporary: Path) -> Iterator[bytes]:
    """In a child: the pages, then the error, as JSON."""
    sys.addaudithook(stay_at_home)
    tempfile.tempdir = str(temporary)
    parser.load()
    for page in parser.parse(good, inputs_of(good)):
        yield page.model_dump_json().encode()
    try:
        list(parser.parse(corrupt, inputs_of(good)))
    except PdfParserError as exc:
        yield json.dumps([exc.code(), str(exc)]).encode()
    parser.close()


@pytest.fixture(scope="module", params=list(PARSERS))
def outcome(request, tmp_path_factory) -> Outcome:
    cls = parser_class(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    corrupt, temporary = folder / "corrupt.pdf", folder / "temporary"
    temporary.mkdir()
    corrupt.write_bytes(b"%PDF-1.7\nthis is no document\n" * 50)
    try:
        with helped(request.param) as settings, scratch_file() as good:  # as the steps give it
            good.file.write(document())
            good.file.flush()
            parser = cls(Settings(_env_file=None, **settings))
            limits = Limits(memory_bytes=parser.memory_bytes(), silence_s=300)
            told = [json.loads(data) for data in stream(lambda: work(parser, good.path, corrupt, temporary), limits)]
    except ParserUnavailable as exc:
        pytest.skip(str(exc))
    pages = [Page.model_validate(value) for value in told if isinstance(value, dict)]
    error = from_code(*told[-1]) if isinstance(told[-1], list) else AssertionError("a corrupt file passes")
    return Outcome(pages, error, sorted(str(path) for path in temporary.rglob("*")))


def test_every_page_comes_once_in_order_under_its_own_number(outcome):
    assert [page.page for page in outcome.pages] == [position + OFFSET for position in POSITIONS]
    for page in outcome.pages:
        assert page.record.page == page.page
        assert all(block.page == page.page for block in page.blocks)
        assert all(table.page == page.page for table in page.tables)


def test_the_record_says_who_made_the_page_and_how(outcome):
    for page in outcome.pages:
        assert page.record.status in (PageStatus.OK, PageStatus.OCR, PageStatus.FALLBACK_TEXT)
        assert page.record.parser in PARSERS and page.record.parser_version
        assert page.record.chars > 0


def test_the_text_of_a_page_is_on_that_page(outcome):
    for page, position in zip(outcome.pages, POSITIONS, strict=True):
        text = " ".join(block.text for block in page.blocks)
        assert f"Chapter {position}" in text
        assert "quick brown fox" in text


def test_boxes_are_points_from_the_top_left_inside_of_the_page(outcome):
    for page in outcome.pages:
        for block in page.blocks:
            box = block.bbox
            assert 0 <= box.x0 <= box.x1 <= page.width + 0.01
            assert 0 <= box.y0 <= box.y1 <= page.height + 0.01
    first = outcome.pages[0]
    heading = next(block.bbox for block in first.blocks if "Chapter" in block.text)
    assert heading.x0 <= HEADING[0] <= heading.x1 and heading.y0 <= HEADING[1] <= heading.y1


def test_a_turned_page_is_measured_as_it_is_seen(outcome):
    turned = outcome.pages[POSITIONS.index(TURNED)]
    assert (round(turned.width), round(turned.height), turned.rotation) == (842, 595, 90)


def test_blocks_have_names_of_their_own(outcome):
    names = [block.id for page in outcome.pages for block in page.blocks]
    assert len(set(names)) == len(names)


def test_a_corrupt_file_has_an_error_with_a_name(outcome):
    assert isinstance(outcome.error, PdfParserError)
    assert outcome.error.code() != "InternalError"


def test_no_temporary_file_is_left(outcome):
    assert outcome.left == []
