"""Tesseract as a program of the system: one picture in, a table of words out."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from pdf_parser.errors import ParseFailed, ParserUnavailable, ParseTimeout
from pdf_parser.parsers.ocr.engine import OcrWord

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage

BINARY = "tesseract"
_WORD_LEVEL = "5"


class TesseractEngine:
    """`languages` as Tesseract spells them: "eng+deu"."""

    best_dpi = 200

    def __init__(self, languages: str, threads: int, timeout_s: float, dpi: int | None = None) -> None:
        self._timeout_s = timeout_s
        self._command = [BINARY, "stdin", "stdout", "-l", languages, "--dpi", str(dpi or self.best_dpi), "tsv"]
        self._environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}

    def read(self, image: GreyImage) -> list[OcrWord]:
        return _words(self._run(_as_pgm(image)))

    def _run(self, picture: bytes) -> str:
        try:
            done = subprocess.run(  # noqa: S603 (a fixed program, no shell; languages are checked in settings)
                self._command, input=picture, capture_output=True, timeout=self._timeout_s, env=self._environment
            )
        except subprocess.TimeoutExpired as exc:
            raise ParseTimeout(f"Tesseract took longer than {self._timeout_s:g} s for one picture.") from exc
        if done.returncode:
            raise ParseFailed(f"Tesseract: {done.stderr.decode(errors='replace').strip()[-300:]}")
        return done.stdout.decode(errors="replace")


def require_languages(languages: str) -> None:
    """Raises ParserUnavailable when the program or the data of a language is missing."""
    if shutil.which(BINARY) is None:
        raise ParserUnavailable("The program `tesseract` is not installed: `apt-get install tesseract-ocr`.")
    listed = subprocess.run([BINARY, "--list-langs"], capture_output=True, timeout=30, check=False)  # noqa: S603
    known = listed.stdout.decode(errors="replace").split()
    missing = [name for name in languages.split("+") if name not in known]
    if missing:
        names = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        raise ParserUnavailable(f"Tesseract has no data for {', '.join(missing)}: `apt-get install {names}`.")


def program_version() -> str:
    """Such as "5.3.0"; empty where the program is missing."""
    if shutil.which(BINARY) is None:
        return ""
    said = subprocess.run([BINARY, "--version"], capture_output=True, timeout=30, check=False)  # noqa: S603
    return said.stdout.decode(errors="replace").partition("\n")[0].removeprefix("tesseract").strip()


def _as_pgm(image: GreyImage) -> bytes:
    height, width = image.shape
    return f"P5 {width} {height} 255\n".encode() + image.tobytes()


def _words(table: str) -> list[OcrWord]:
    rows = [row for row in _rows(table) if row["level"] == _WORD_LEVEL and row["text"].strip()]
    numbers: dict[tuple[str, ...], int] = {}
    return [_word(row, numbers.setdefault(_line_of(row), len(numbers))) for row in rows]


def _rows(table: str) -> Iterable[dict[str, str]]:
    return csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)


def _line_of(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in ("block_num", "par_num", "line_num"))


def _word(row: dict[str, str], line: int) -> OcrWord:
    left, top, width, height = (float(row[column]) for column in ("left", "top", "width", "height"))
    confidence = max(0.0, float(row["conf"]) / 100)
    return OcrWord(row["text"].strip(), left, top, left + width, top + height, confidence, line)
