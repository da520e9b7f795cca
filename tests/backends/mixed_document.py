"""One document with a page of each kind, and servers that play the models which read it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf

from pdf_parser.utils.pdf_writer import A4, PdfWriter
from tests.backends.inference_servers import Infer, inference_servers, judge, layout
from tests.parsers.chat.chat_server import chat_server, says
from tests.pdfs import blank_pdf, simple_pdf
from tests.scans import ciphered_pdf, scan_of

DIGITAL, SCANNED, GARBLED, TABLE, BLANK = range(1, 6)
CIPHERED = "zit"  # what the garbled page has for "the"
HEAD, ROWS = ("Fruit", "Boxes", "Price"), (("Apples", "12", "3.50"), ("Pears", "7", "4.25"), ("Plums", "31", "2.00"))
READ = "# Chapter 1\n\nThe vision model has read the scanned page."
LOOP = "again and " * 60
HTML = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in (HEAD, *ROWS))


def mixed_pdf() -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        for data in (simple_pdf(), scan_of(simple_pdf()), ciphered_pdf(), _landscape_table(), blank_pdf()):
            with pikepdf.open(BytesIO(data)) as part:
                made.pages.extend(part.pages)
        made.save(out)
    return out.getvalue()


def _landscape_table() -> bytes:
    """So wide that a layout model of ours can tell it from the other pages."""
    writer = PdfWriter()
    page = writer.page(A4[1], A4[0])
    for y in range(100, 201, 25):
        page.line(80, y, 680, y)
    for x in range(80, 681, 200):
        page.line(x, 100, x, 200)
    for i, row in enumerate((HEAD, *ROWS)):
        for j, text in enumerate(row):
            page.text(88 + 200 * j, 117 + 25 * i, text)
    return writer.to_bytes()


@contextmanager
def models() -> Iterator[dict[str, str]]:
    """Environment of steps that ask them. Marker's vision model refuses; the other falls into a loop on page 3."""
    with inference_servers() as marker, chat_server() as vlm:
        marker.layout.infer = _by_shape
        marker.errors.infer = judge(bad=CIPHERED)
        marker.vision.status = 400
        vlm.script = [says(READ), says(LOOP), says(f"<table>{HTML}</table>")]
        endpoint = {"url": vlm.url, "prompt_price": 0.3, "completion_price": 2.5}
        urls = {name.upper(): url for name, url in marker.urls.items()}
        yield {**urls, "VLM_ENDPOINTS": json.dumps({"nanonets-ocr2": endpoint}), "VLM_CONCURRENCY": "1"}


_IN_TEXT = layout([("SectionHeader", 100, 95, 500, 130), ("Text", 100, 150, 900, 500)])
_IN_TABLE = layout([("Table", 80, 150, 820, 350)])


def _by_shape(request: dict[str, list[str]]) -> list[object]:
    found: list[object] = []
    for picture in request["items"]:
        alone = {**request, "items": [picture]}
        found.extend(_infer(picture)(alone))
    return found


def _infer(picture: str) -> Infer:
    head = base64.b64decode(picture)[16:24]  # width and height of a PNG
    is_wide = int.from_bytes(head[:4], "big") > int.from_bytes(head[4:], "big")
    return _IN_TABLE if is_wide else _IN_TEXT
