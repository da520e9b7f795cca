from __future__ import annotations

import csv
import time
from io import StringIO

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.table import Cell
from pdf_parser.export.table_csv import inert
from pdf_parser.export.tables import table_csv
from tests.export.documents import spanned, table

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
GRIDS = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(TEXT, min_size=n, max_size=n), min_size=1, max_size=5))

NUMBERS = [
    "-12.5",
    "+3",
    "-1,234.00",
    "(1,234)",
    "-(3)",
    "(12.5%)",
    "-1 234,5",
    "-1'000",
    "-1e-5",
    "+1.",
    "−5%",
    "-5 %",
]
MONEY_AND_DASHES = ["-$1,000.50", "$-5", "-5€", "-0.52***", "-", "–", "--"]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "-1;2",
    "+A1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "-2+3+cmd|'x'!A0",
    "＝1+1",
    "@",
    "=",
]
HIDDEN_FORMULAS = ["\t=1", "\r=1", "\n=1", " =1", "-5\n=1", "-text", "+1" * 30]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


@given(GRIDS)
def test_every_cell_is_read_back_to_the_letter(rows: list[list[str]]) -> None:
    assert read(table_csv(table(rows), neutralise_formulas=False)) == rows


@given(GRIDS)
def test_an_apostrophe_is_all_that_is_ever_added(rows: list[list[str]]) -> None:
    assert read(table_csv(table(rows))) == [[inert(text) for text in row] for row in rows]
    assert all(inert(text) in (text, f"'{text}") for row in rows for text in row)


@pytest.mark.parametrize("text", ["00123", "1.10", "12345678.91", "1e5", "(1,234)"])
def test_no_number_is_rewritten(text: str) -> None:
    assert table_csv(table([["h"], [text]])).splitlines()[1].strip('"') == text


@pytest.mark.parametrize("text", ["a|b", 'say "x"', " x ", "a\nb", "a\r\nb", "a,b", ""])
def test_white_space_and_quotes_are_kept(text: str) -> None:
    assert read(table_csv(table([["h", "i"], [text, "x"]])))[1][0] == text


def test_lines_end_as_rfc_4180_says() -> None:
    assert table_csv(table([["a", "b"], ["1,5", ""]])) == 'a,b\r\n"1,5",\r\n'


def test_a_span_is_said_once() -> None:
    made = spanned(2, 2, Cell(row=0, col=0, col_span=2, text="a"), Cell(row=1, col=1, text="b"))
    assert read(table_csv(made)) == [["a", ""], ["", "b"]]


@pytest.mark.parametrize("text", NUMBERS + MONEY_AND_DASHES)
def test_numbers_are_no_formulas(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("text", FORMULAS + HIDDEN_FORMULAS)
def test_formulas_are_text(text: str) -> None:
    assert inert(text) == f"'{text}"


def test_output_can_always_be_written_and_read() -> None:
    assert read(table_csv(table([["a\0b", "\ud800"]]))) == [["a\ufffdb", "\ufffd"]]


def test_a_long_cell_takes_no_time() -> None:
    started = time.process_time()
    inert("-1" + " 1" * 100_000 + "x")
    assert time.process_time() - started < 0.1
