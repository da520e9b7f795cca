from __future__ import annotations

import json

from hypothesis import given, strategies as st

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Link
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind
from pdf_parser.export.json_text import json_text
from pdf_parser.export.jsonl import block_lines, chunk_line, ledger_line
from tests.export.documents import block, page, paragraph


def test_a_block_is_one_line_with_all_its_facts() -> None:
    made = paragraph("Text", heading_path=("A", "B"), links=(Link(start=0, end=4, uri="x:y"),), confidence=0.5)
    [line] = block_lines(page(made))
    assert line.endswith("}\n")
    assert json.loads(line) == {
        "id": "b0001-001",
        "kind": "paragraph",
        "page": 1,
        "bbox": [72.0, 72.0, 523.28, 90.5],
        "text": "Text",
        "level": None,
        "heading_path": ["A", "B"],
        "marker": None,
        "table_id": None,
        "figure": None,
        "links": [{"start": 0, "end": 4, "uri": "x:y"}],
        "parser": "test",
        "confidence": 0.5,
    }


def test_page_headers_and_footers_are_kept() -> None:
    lines = block_lines(page(block("page_header", "H"), block("page_footer", "F")))
    assert [json.loads(line)["text"] for line in lines] == ["H", "F"]


def test_a_ledger_row_and_a_chunk_are_read_back_as_they_were() -> None:
    record = PageRecord(page=3, kind=PageKind.SCANNED, status=PageStatus.OCR, parser="x", reason="no text layer")
    assert PageRecord.model_validate_json(ledger_line(record)) == record
    chunk = Chunk(id=0, text="é\u2028", tokens=1, first_page=1, last_page=2, block_ids=("b0001-001",))
    assert Chunk.model_validate_json(chunk_line(chunk)) == chunk


def test_no_nan_is_written() -> None:
    [line] = block_lines(page(paragraph("x", confidence=float("nan"))))
    assert json.loads(line)["confidence"] is None


def test_letters_are_written_as_they_are() -> None:
    assert json_text("é你") == '"é你"'


@given(st.text(), st.text("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\ud800", max_size=8))
def test_any_text_is_one_line_of_utf8(text: str, breaks: str) -> None:
    [line] = block_lines(page(paragraph(text + breaks)))
    assert line.encode().decode().splitlines() == [line[:-1]]
    assert json.loads(line)["text"] == (text + breaks).replace("\ud800", "\ufffd")
