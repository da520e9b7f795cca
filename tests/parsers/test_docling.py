"""What the Docling parser decides without Docling; with it: tests/backends/test_docling.py."""

from __future__ import annotations

import pytest

from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.docling import DoclingParser, page_runs
from pdf_parser.settings import Settings


def pages(kinds: str, positions: list[int] | None = None) -> list[PageInput]:
    """ "d" is a digital page, "s" a scanned one."""
    named = {"d": PageKind.DIGITAL, "s": PageKind.SCANNED}
    places = positions or list(range(1, len(kinds) + 1))
    return [
        PageInput(PageProfile(page=100 + at, width=595, height=842, kind=named[kind]), at)
        for kind, at in zip(kinds, places, strict=True)
    ]


@pytest.mark.parametrize(
    ("kinds", "positions", "runs"),
    [
        ("ddddd", None, [[1, 2], [3, 4], [5]]),
        ("dddd", [1, 3, 4, 9], [[1], [3, 4], [9]]),
        ("dssd", None, [[1], [2], [3], [4]]),
        ("ddsdd", None, [[1, 2], [3], [4, 5]]),
        ("", None, []),
    ],
)
def test_runs_are_neighbours_in_the_file_that_are_read_the_same_way(kinds, positions, runs):
    assert [[item.position for item in run] for run in page_runs(pages(kinds, positions), 2)] == runs


def test_a_run_is_one_page_when_the_batch_is():
    assert [len(run) for run in page_runs(pages("dddd"), 1)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("engine", "reads_scans"), [("auto", True), ("rapidocr", True), ("tesseract", False), ("off", False)]
)
def test_scans_are_for_docling_only_where_rapidocr_may_read_them(engine, reads_scans):
    parser = DoclingParser(Settings(_env_file=None, ocr_engine=engine))
    digital, scanned = (item.profile for item in pages("ds"))
    assert parser.suits(digital)
    assert parser.suits(scanned) is reads_scans


def test_the_batch_is_what_the_setting_says():
    assert DoclingParser(Settings(_env_file=None, docling_batch_size=9)).batch_size == 9
