"""FIGURES: from the picture block of a parser to figures/0001.png, named in every form of the document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import BlockKind, Page, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.result import ResultManifest
from pdf_parser.parsers.pdfium import PdfiumParser
from steps import merge
from steps.contracts import EXPRESS
from steps.entrypoint import Context
from steps.stage import run_stage
from tests.export.documents import block
from tests.pdfs import simple_pdf
from tests.pngs import png_size

BOX = BBox(x0=60, y0=80, x1=360, y1=180)


@pytest.fixture
def figures(context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A service that saves figures, with a parser that sees a picture at the end of each page."""
    parse = PdfiumParser.parse

    def with_picture(self, pdf, pages):
        for page in parse(self, pdf, pages):
            name = block_id(page.page, len(page.blocks) + 1)
            picture = block(BlockKind.PICTURE, bbox=BOX).model_copy(update={"id": name, "page": page.page})
            yield page.model_copy(update={"blocks": (*page.blocks, picture)})

    monkeypatch.setattr(PdfiumParser, "parse", with_picture)
    settings = context.settings.model_copy(update={"figures": True, "figure_dpi": 72})
    return replace(context, settings=settings)


def parsed(context: Context, tmp_path: Path, pages: int) -> tuple[dict[str, str], CacheKey]:
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(pages))
    inputs = {"task-id": "t1", "source": path.as_uri(), "options": "{}"}
    values = {**inputs, **run_stage(EXPRESS, inputs, context)}
    return values, CacheKey.parse(values["cache-key"])


def result(context: Context, key: CacheKey, name: str) -> bytes:
    return context.store.get(layout.result(key, name))


def test_pictures_are_saved_in_the_order_of_the_document(figures, tmp_path):
    _, key = parsed(figures, tmp_path, 2)
    assert png_size(result(figures, key, "figures/0001.png")) == pytest.approx((300, 100), abs=1)
    manifest = ResultManifest.model_validate_json(figures.store.get(layout.manifest(key)))
    assert manifest.figures == 2
    assert {"figures/0001.png", "figures/0002.png"} < {file.name for file in manifest.files}


def test_every_form_of_the_document_names_them(figures, tmp_path):
    _, key = parsed(figures, tmp_path, 2)
    assert b"\n\n![](figures/0001.png)\n\n# Chapter 2" in result(figures, key, "document.md")
    assert b'<figure><img src="figures/0002.png" alt=""></figure>' in result(figures, key, "document.html")
    rows = [json.loads(line) for line in result(figures, key, "document.jsonl").splitlines()]
    assert [row["figure"] for row in rows if row["kind"] == "picture"] == ["figures/0001.png", "figures/0002.png"]


def test_they_are_off_by_default_and_another_result(context, figures, tmp_path):
    _, key = parsed(figures, tmp_path, 1)
    _, plain = parsed(context, tmp_path, 1)
    assert plain != key
    assert list(context.store.list(layout.result(plain, layout.FIGURES))) == []
    assert b"![]" not in result(context, plain, "document.md")


def test_merge_may_run_twice(figures, tmp_path):
    values, key = parsed(figures, tmp_path, 1)
    merge.run(values, figures)
    drafts = [info.key for info in figures.store.list(layout.draft(key, layout.FIGURES))]
    assert drafts == [layout.draft(key, "figures/0001.png")]


def test_a_picture_with_words_keeps_them(figures, tmp_path):
    values, key = parsed(figures, tmp_path, 1)
    page = Page.model_validate_json(figures.store.get(layout.page(key, 1)))
    blocks = [b.model_copy(update={"text": "A chart"}) if b.figure else b for b in page.blocks]
    changed = page.model_copy(update={"blocks": tuple(blocks)})
    figures.store.put(layout.page(key, 1), changed.model_dump_json().encode())
    merge.run(values, figures)
    text = figures.store.get(layout.draft(key, "document.md"))
    assert text.endswith(b"![](figures/0001.png)\n\nA chart\n")
