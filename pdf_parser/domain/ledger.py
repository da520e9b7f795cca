"""The page ledger: one row for every page asked for. A page without a row is the bug that this file exists to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.profile import PageKind


class PageStatus(str, Enum):
    OK = "ok"
    OCR = "ocr"
    FALLBACK_TEXT = "fallback_text"
    BLANK = "blank"
    FAILED = "failed"


class Outcome(str, Enum):
    """How a try ended that did not give the page."""

    CRASHED = "crashed"
    KILLED = "killed"  # SIGKILL: in a container the kernel's out-of-memory killer
    HUNG = "hung"
    OUT_OF_MEMORY = "out_of_memory"
    ERROR = "error"  # an exception that has no name yet
    FAILED = "failed"  # the parser's own verdict
    EMPTY = "empty"  # nothing, although there is something on the page
    DISORDER = "disorder"  # another page than the one whose turn it was, or none
    POOR = "poor"  # a page, but one that another parser has made better
    UNAVAILABLE = "unavailable"  # the parser cannot be used here

    @property
    def wants_memory(self) -> bool:
        return self in (Outcome.OUT_OF_MEMORY, Outcome.KILLED)


class Usage(Model):
    """What a hosted model has charged; `cost` in the currency of the prices that were set."""

    prompt_tokens: NonNegativeInt = 0
    completion_tokens: NonNegativeInt = 0
    cost: NonNegativeFloat = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=round(self.cost + other.cost, 8),
        )


def total_usage(usages: Iterable[Usage | None]) -> Usage | None:
    charged = [usage for usage in usages if usage is not None]
    return sum(charged, Usage()) if charged else None


class Attempt(Model):
    """One try in vain. `batch_size` pages were worked on together; any of them may be to blame.

    `memory_bytes` is the limit of the parser's process, 0 where only the pod has one; `pod` counts the attempts of the
    whole shard from 0. `usage` is what it has cost all the same.
    """

    parser: str
    outcome: Outcome
    batch_size: PositiveInt = 1
    memory_bytes: NonNegativeInt = 0
    pod: NonNegativeInt = 0
    note: str = ""
    usage: Usage | None = None


class PageRecord(Model):
    """`ms` is the parser's wall time on this page, of a batch all on its first; `confidence` 0..1 where one is known.

    `attempts` counts all tries, `tried` tells those in vain. `device_memory_bytes`: most that the process which made
    the page has had in use at once. `usage` is that of all tries together. `score` 0..1 and `faults`: how far the page
    can be believed (`domain/quality.py`). `missing_parsers` would have read the page better but are not installed where
    it was parsed. `route`: why it went to the parsers that made it.
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
    route: str = ""
    tried: tuple[Attempt, ...] = ()
    device_memory_bytes: NonNegativeInt = 0
    usage: Usage | None = None
    score: float | None = None
    faults: tuple[str, ...] = ()
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
    """The ledger in one line, as `/status` shows it.

    `by_parser`: pages that each has made; while a run is under way `by_lane`: pages done in each lane.
    """

    total: NonNegativeInt = 0
    done: NonNegativeInt = 0
    ok: NonNegativeInt = 0
    ocr: NonNegativeInt = 0
    fallback: NonNegativeInt = 0
    blank: NonNegativeInt = 0
    failed: NonNegativeInt = 0
    by_parser: dict[str, NonNegativeInt] | None = None
    by_lane: dict[str, NonNegativeInt] | None = None


def count_pages(statuses: Iterable[PageStatus], total: int, by_parser: Mapping[str, int] | None = None) -> PageCounts:
    n = Counter(statuses)
    return PageCounts(
        total=total,
        done=sum(n.values()),
        ok=n[PageStatus.OK],
        ocr=n[PageStatus.OCR],
        fallback=n[PageStatus.FALLBACK_TEXT],
        blank=n[PageStatus.BLANK],
        failed=n[PageStatus.FAILED],
        by_parser=None if by_parser is None else dict(by_parser),
    )
