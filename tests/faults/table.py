"""What becomes of a page when its parser fails: the table that the tests check, and that docs/faults.md shows.

    python -m tests.faults.table

writes it into the document anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pdf_parser.domain.ledger import Attempt, Outcome
from tests.faults.misbehaving import FAULT_PAGE

DOCUMENT = Path(__file__).parents[2] / "docs/faults.md"
PAGES = 8
BATCHES = (1, 8)
_HEAD = (
    "| on page 3 the parser … | page | tried in vain, one page at a time | tried in vain, eight at a time | made by |"
)


@dataclass(frozen=True)
class Fault:
    """`tried`: by batch size, how many pages were suspected in each try. `made_by`: a parser of the ledger; "pdfium" is
    the next one of the chain. `page` is the one that has the story.
    """

    parser: str
    what: str
    outcome: Outcome | None
    tried: dict[int, tuple[int, ...]]
    made_by: str = "pdfium"
    page: int = FAULT_PAGE

    def told(self, batch: int) -> str:
        """`crashed` 8, 4, 2, 1."""
        sizes = self.tried[batch]
        return f"`{self.outcome.value}` {', '.join(map(str, sizes))}" if self.outcome and sizes else "–"

    def row(self) -> str:
        maker = "the next parser" if self.made_by == "pdfium" else "the same parser"
        return f"| {self.what} | {self.page} | {self.told(1)} | {self.told(8)} | {maker} |"


def _three_times(*together: int) -> dict[int, tuple[int, ...]]:
    return {1: (1, 1, 1), 8: together}


def _once(*together: int) -> dict[int, tuple[int, ...]]:
    return {1: (1,), 8: together}


_HALVES, _NEVER = (8, 4, 2, 1), {1: (), 8: ()}
FAULTS: tuple[Fault, ...] = (
    Fault("crashes", "crashes (SIGSEGV)", Outcome.CRASHED, _three_times(*_HALVES)),
    Fault("killed", "is killed (SIGKILL, the kernel's OOM killer)", Outcome.KILLED, _three_times(*_HALVES)),
    Fault("hangs", "hangs", Outcome.HUNG, _once(*_HALVES)),
    Fault("greedy", "raises MemoryError", Outcome.OUT_OF_MEMORY, _three_times(*_HALVES)),
    Fault("none-fits", "raises OutOfMemory, however small the batch", Outcome.OUT_OF_MEMORY, _three_times(*_HALVES)),
    Fault(
        "two-fit", "raises OutOfMemory for more than two pages", Outcome.OUT_OF_MEMORY, {1: (), 8: (8, 4)}, "two-fit"
    ),
    Fault("fails", "raises ParseFailed", Outcome.FAILED, _once(*_HALVES)),
    Fault("stumbles", "raises what nobody has named (KeyError)", Outcome.ERROR, _three_times(*_HALVES)),
    Fault("empty", "returns nothing, and there is ink", Outcome.EMPTY, _once(1)),
    Fault("misnumbers", "gives it another number", Outcome.DISORDER, _three_times(6, 3, 2, 1)),
    Fault("quitter", "ends without it", Outcome.DISORDER, _three_times(1, 1, 1)),
    Fault("shuffles", "gives it after its neighbour", Outcome.DISORDER, _once(6, 3, 2), "shuffles"),
    Fault("repeats", "gives it twice", Outcome.DISORDER, _once(5), "repeats", page=FAULT_PAGE + 1),
    Fault("chatters", "prints rubbish to stdout", None, _NEVER, "chatters"),
    Fault("litters", "leaves temporary files", None, _NEVER, "litters"),
    Fault("unloadable", "crashes while it is loaded", Outcome.CRASHED, {1: (8,), 8: (8,)}),
    Fault("unclosable", "crashes when all is done", None, _NEVER, "unclosable"),
)


def sizes(tried: tuple[Attempt, ...]) -> tuple[int, ...]:
    return tuple(attempt.batch_size for attempt in tried)


def table() -> str:
    rows = [_HEAD, "|---|---|---|---|---|", *(fault.row() for fault in FAULTS)]
    return "\n".join(rows) + "\n"


def rewrite() -> None:
    DOCUMENT.write_text(re.sub(rf"{re.escape(_HEAD)}\n(\|.*\n)*", table(), DOCUMENT.read_text()))


if __name__ == "__main__":
    rewrite()
