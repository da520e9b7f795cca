"""Pages read by a vision model: in order, side by side, with what they cost; a bad answer fails one page only."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdf_parser.domain.document import BlockKind, Page
from pdf_parser.domain.ledger import PageStatus, Usage
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings
from tests.parsers.chat.chat_server import ChatServer, chat_server, says, says_after
from tests.pdfs import drawing_pdf, simple_pdf
from tests.storage.storage_servers import reply

KEY = "sk-very-secret"


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


def settings(server: ChatServer, name: str = "deepseek-ocr", concurrency: int = 2, **endpoint: object) -> Settings:
    return Settings(vlm_endpoints={name: {"url": server.url, **endpoint}}, vlm_concurrency=concurrency)


def parse(tmp_path: Path, given: Settings, name: str = "deepseek-ocr", pages: int = 1, first: int = 1) -> list[Page]:
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(pages))
    profiles = [PageProfile(page=first + n, width=595, height=842, kind=PageKind.SCANNED) for n in range(pages)]
    parser = parser_class(name)(given)
    parser.load()
    return list(parser.parse(path, [PageInput(profile, n) for n, profile in enumerate(profiles, start=1)]))


def test_deepseek_blocks_have_their_places_in_points(tmp_path, server):
    server.script = [says("<|ref|>title<|/ref|><|det|>[[0, 0, 999, 500]]<|/det|>\n# Title")]
    (page,) = parse(tmp_path, settings(server))
    (block,) = page.blocks
    assert (block.kind, block.text, block.bbox.x1) == (BlockKind.HEADING, "Title", 595)
    assert block.bbox.y1 == pytest.approx(421, abs=1)
    assert (page.record.status, page.record.parser_version) == (PageStatus.OCR, "deepseek-ai/DeepSeek-OCR")


def test_nanonets_tables_have_spans_and_the_whole_page(tmp_path, server):
    server.script = [says("# T\n<table><tr><th colspan=2>a</th></tr><tr><td>1</td><td>2</td></tr></table>")]
    (page,) = parse(tmp_path, settings(server, "nanonets-ocr2"), "nanonets-ocr2")
    (table,) = page.tables
    assert (table.cells[0].col_span, table.header_rows(), table.bbox.y1) == (2, 1, 842)


def test_any_model_can_be_set(tmp_path, server):
    server.script = [says("<h2>Title</h2><p>text</p>")]
    given = settings(server, "vlm", model="mine", prompt="Read it.", answer="html")
    (page,) = parse(tmp_path, given, "vlm")
    assert [block.kind for block in page.blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert server.bodies[0]["model"] == "mine"


def test_the_model_sees_the_page_in_png(tmp_path, server):
    parse(tmp_path, settings(server))
    url = server.bodies[0]["messages"][0]["content"][0]["image_url"]["url"]
    picture = base64.b64decode(url.partition(",")[2])
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == round(595 * 150 / 72 + 0.5)


def test_pages_come_in_order_with_absolute_numbers_however_the_answers_come(tmp_path, server):
    gate = threading.Event()

    def opens(request: object) -> None:
        gate.set()
        says("# quick")(request)

    server.script = [says_after(gate, "# slow"), opens, says("# later")]
    pages = parse(tmp_path, settings(server, concurrency=2), pages=5, first=101)
    assert [page.page for page in pages] == [101, 102, 103, 104, 105]
    assert {page.blocks[0].text for page in pages[:2]} == {"slow", "quick"}
    assert server.most_at_once == 2


def test_what_is_under_way_is_given_up_when_nobody_wants_more(tmp_path, server):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(3))
    gate = threading.Event()
    server.script = [says("# first"), says_after(gate, "# never")]
    inputs = [PageInput(PageProfile(page=n, width=595, height=842, kind=PageKind.SCANNED), n) for n in (1, 2, 3)]
    pages = parser_class("deepseek-ocr")(settings(server, concurrency=2)).parse(path, inputs)
    assert next(pages).page == 1
    started = time.monotonic()
    pages.close()
    assert time.monotonic() - started < 1
    gate.set()


def test_a_bad_answer_fails_its_page_and_no_other(tmp_path, server):
    server.script = [says("# one"), says("# tw", finish="length"), says("again and " * 60), says("# four")]
    pages = parse(tmp_path, settings(server, concurrency=1), pages=4)
    failed = PageStatus.FAILED
    assert [page.record.status for page in pages] == [PageStatus.OCR, failed, failed, PageStatus.OCR]
    assert "cut off" in (pages[1].record.reason or "")
    assert "repeats itself" in (pages[2].record.reason or "")


def test_an_answer_of_markup_alone_is_no_page(tmp_path, server):
    server.script = [says("<br><table></table>")]
    (page,) = parse(tmp_path, settings(server))
    assert page.record.status is PageStatus.FAILED


def test_the_ledger_knows_what_a_page_has_cost_even_in_vain(tmp_path, server):
    server.script = [says("# A", tokens=(1_000_000, 0)), says("# B", finish="length", tokens=(0, 1_000_000))]
    given = settings(server, concurrency=1, prompt_price=0.25, completion_price=2)
    assert [page.record.usage for page in parse(tmp_path, given, pages=2)] == [
        Usage(prompt_tokens=1_000_000, cost=0.25),
        Usage(completion_tokens=1_000_000, cost=2),
    ]


def test_an_endpoint_that_nobody_has_named_is_not_used(tmp_path, server):
    with pytest.raises(ParserUnavailable, match="Set VLM_ENDPOINTS"):
        parse(tmp_path, Settings(), "gemini")


def test_a_hosted_model_needs_its_key(tmp_path, server):
    with pytest.raises(ParserUnavailable, match="VLM_API_KEY_GEMINI"):
        parse(tmp_path, settings(server, "gemini"), "gemini")


def test_the_key_comes_from_a_file_and_is_sent_only(tmp_path, server, capfd):
    (tmp_path / "gemini").write_text(KEY + "\n")
    given = settings(server, "gemini").model_copy(update={"vlm_api_key_dir": str(tmp_path)})
    server.script = [reply(500, KEY.encode(), Retry_After="0"), reply(400, KEY.encode()), says("# ok")]
    pages = parse(tmp_path, given, "gemini", pages=2)
    assert server.keys == [f"Bearer {KEY}"] * 3
    assert KEY not in "".join(page.model_dump_json() for page in pages)
    assert KEY not in "".join(capfd.readouterr())
    assert KEY not in str(vars(parser_class("gemini")(given))) + repr(given)


def test_a_key_in_the_url_is_refused_and_not_repeated(server):
    with pytest.raises(ValueError, match="keys belong into VLM_API_KEY_") as refused:
        settings(server, url=f"http://me:{KEY}@host/v1")
    assert KEY not in str(refused.value)


def test_a_model_that_is_down_leaves_the_pages_to_the_next_parser(tmp_path, server):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf())
    given = settings(server, url="http://127.0.0.1:9/v1").model_copy(update={"vlm_attempts": 1})
    profile = PageProfile(page=1, width=595, height=842, kind=PageKind.DIGITAL)
    (page,) = parse_pages(path, [PageInput(profile, 1)], ["deepseek-ocr", "pdfium"], given)
    assert page.record.parser == "pdfium"
    assert "No vision model answers" in (page.record.reason or "")


def test_a_page_that_the_model_cannot_read_fails_with_its_words(tmp_path, server):
    path = tmp_path / "document.pdf"
    path.write_bytes(drawing_pdf())
    server.script = [says("")]
    profile = PageProfile(page=1, width=595, height=842, kind=PageKind.SCANNED)
    (page,) = parse_pages(path, [PageInput(profile, 1)], ["deepseek-ocr"], settings(server))
    assert page.record.status is PageStatus.FAILED
    assert "the model found nothing to read" in (page.record.reason or "")


def test_what_was_paid_in_vain_is_in_the_ledger_of_the_page_that_another_parser_made(tmp_path, server):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf())
    server.script = [says("Half", finish="length", tokens=(7, 8))]
    profile = PageProfile(page=1, width=595, height=842, kind=PageKind.DIGITAL)
    (page,) = parse_pages(path, [PageInput(profile, 1)], ["deepseek-ocr", "pdfium"], settings(server))
    paid = Usage(prompt_tokens=7, completion_tokens=8)
    assert (page.record.parser, page.record.usage, page.record.tried[0].usage) == ("pdfium", paid, paid)


@pytest.mark.parametrize(("per_minute", "at_once"), [(0, 4), (600, 4), (4, 2), (1, 1)])
def test_no_page_waits_for_its_turn_until_its_time_is_up(per_minute, at_once):
    given = Settings(vlm_requests_per_minute=per_minute, vlm_concurrency=4, page_timeout_s=60)
    assert parser_class("vlm")(given).batch_size == at_once
