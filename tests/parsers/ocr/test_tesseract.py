"""Tesseract's own ways to fail, with a program of ours in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from pdf_parser.errors import ParseFailed, ParserUnavailable, ParseTimeout
from pdf_parser.parsers.ocr.tesseract_engine import TesseractEngine, require_languages
from pdf_parser.parsers.tesseract import TesseractParser

SHEET = np.full((20, 30), 255, np.uint8)
TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t10\t10\t90\t20\t-1\t
5\t1\t1\t1\t1\t1\t10\t10\t40\t20\t96.5\tHello
5\t1\t1\t1\t1\t2\t60\t10\t40\t20\t31\t"quoted
5\t1\t1\t1\t2\t1\t10\t40\t40\t20\t90\tbelow
5\t1\t1\t1\t2\t2\t60\t40\t40\t20\t90\t 
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a shell script in Tesseract's place."""

    def install(script: str) -> None:
        path = tmp_path / "tesseract"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return install


def engine(timeout_s: float = 5) -> TesseractEngine:
    return TesseractEngine("eng", 1, timeout_s)


def test_words_come_line_by_line_with_their_confidence(program, tmp_path: Path):
    (tmp_path / "table").write_text(TABLE)
    program(f"cat > /dev/null; cat {tmp_path}/table")
    words = engine().read(SHEET)
    assert [(w.text, w.line, w.confidence) for w in words] == [
        ("Hello", 0, 0.965),
        ('"quoted', 0, 0.31),
        ("below", 1, 0.9),
    ]
    assert (words[0].x0, words[0].y0, words[0].x1, words[0].y1) == (10, 10, 50, 30)


def test_a_program_that_fails_says_why(program):
    program("cat > /dev/null; echo 'no such language' >&2; exit 1")
    with pytest.raises(ParseFailed, match="no such language"):
        engine().read(SHEET)


def test_a_program_that_hangs_is_stopped(program):
    program("exec sleep 60")
    with pytest.raises(ParseTimeout):
        engine(0.2).read(SHEET)


def test_a_language_without_data_says_what_to_install(program):
    program("echo 'List of languages (2):'; echo eng; echo osd")
    require_languages("eng")
    with pytest.raises(ParserUnavailable, match="apt-get install tesseract-ocr-chi-sim"):
        require_languages("eng+chi_sim")


def test_a_missing_program_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ParserUnavailable, match="apt-get install tesseract-ocr"):
        require_languages("eng")
    assert TesseractParser.version() == ""
