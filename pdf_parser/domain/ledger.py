"""The page ledger: one row for every page asked for. A page without a row is the bug that this file exists to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.profile import PageKind


class PageStatus(str, Enum):
    OK = "ok"
    OCR = "ocr"
    FALLBACK_TEXT = "fallback_text"
    BLANK = "blank"
    FAILED = "failed"


class PageRecord(Model):
    """`ms` is the parser's wall time on this page; `confidence` 0..1 where the parser knows one.

    `missing_parsers` would have read the page better but are not installed where it was parsed.
    """

    page: PositiveInt
    kind: PageKind
    status: PageStatus
    parser: str
    parser_version: str = ""
    attempts: PositiveInt = 1
    ms: NonNegativeInt = 0
    confidence: float | None = None
    chars: NonNegativeInt = 0
    reason: str | None = None
    missing_parsers: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether another try would give the same, as far as one can know."""
        return self.status is not PageStatus.FAILED and not self.missing_parsers


class LedgerGap(ValueError):
    """The ledger does not hold each expected page exactly once, in order."""


def check_coverage(records: Sequence[int], expected: Sequence[int]) -> None:
    """Raises LedgerGap unless the page numbers of the ledger are exactly the expected ones, ascending."""
    if list(records) == list(expected):
        return
    counts = Counter(records)
    missing = [p for p in expected if not counts[p]]
    doubled = [p for p, n in counts.items() if n > 1]
    strange = sorted(set(records) - set(expected))
    raise LedgerGap(f"missing pages {missing[:20]}, doubled {doubled[:20]}, not asked for {strange[:20]}")


class PageCounts(Model):
    """The ledger in one line, as `/status` shows it."""

    total: NonNegativeInt = 0
    done: NonNegativeInt = 0
    ok: NonNegativeInt = 0
    ocr: NonNegativeInt = 0
    fallback: NonNegativeInt = 0
    blank: NonNegativeInt = 0
    failed: NonNegativeInt = 0


def count_pages(statuses: Iterable[PageStatus], total: int) -> PageCounts:
    n = Counter(statuses)
    return PageCounts(
        total=total,
        done=sum(n.values()),
        ok=n[PageStatus.OK],
        ocr=n[PageStatus.OCR],
        fallback=n[PageStatus.FALLBACK_TEXT],
        blank=n[PageStatus.BLANK],
        failed=n[PageStatus.FAILED],
    )
