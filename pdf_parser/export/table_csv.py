"""A table as CSV: RFC 4180, cells to the letter, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from io import StringIO

from pdf_parser.domain.table import Table
from pdf_parser.export.text import whole_characters

# https://owasp.org/www-community/attacks/CSV_Injection; full-width forms are formulas in East Asian spreadsheets
_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(
    r"[-+−–＋－]?[(]?[$€£¥]?[-+−]?[$€£¥]?"  # -12.5  (1,234)  -$5  $-5
    r"\d(?:[\d.,' \u00a0\u2009\u202f]*\d)?"  # 1,234.00  1 234,5
    r"(?:[eE][-+]?\d+)?[.)]?[ \u00a0]?(?:%|‰|[$€£¥])?[*†‡]*[)]?"
)
_DASHES = re.compile(r"[-–—−－]{1,3}")
_NUMBER_CHARS = 40


def table_csv(table: Table, *, neutralise_formulas: bool = True) -> str:
    """Lines end with CR LF. A cell over several places stands in its first one, the others are empty.

    `neutralise_formulas` puts an apostrophe before what a spreadsheet would run, plain numbers excepted ("-12.5").
    NUL, which readers of CSV refuse, becomes U+FFFD.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table.grid():
        cells = (whole_characters(text).replace("\0", "\ufffd") for text in row)
        writer.writerow([inert(text) for text in cells] if neutralise_formulas else cells)
    return out.getvalue()


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet could take it for a formula."""
    starts = text.startswith(_STARTS_FORMULA) or text.lstrip().startswith(_STARTS_FORMULA)
    return f"'{text}" if starts and not _is_number(text.strip()) else text


def _is_number(text: str) -> bool:
    return len(text) <= _NUMBER_CHARS and bool(_NUMBER.fullmatch(text) or _DASHES.fullmatch(text))
