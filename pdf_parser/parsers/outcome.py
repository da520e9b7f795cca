"""What is wrong with a page that came, and with a parser that stopped: in the words of the ledger."""

from __future__ import annotations

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Outcome, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.errors import InternalError, OutOfMemory, ParseTimeout, PdfParserError
from pdf_parser.parsers.base import PageInput
from pdf_parser.utils.isolation import ChildDied, ChildSilent

# Another try would end the same way, or take as long again.
VERDICTS = (Outcome.FAILED, Outcome.EMPTY, Outcome.HUNG)
_BY_ERROR: dict[type[PdfParserError], Outcome] = {
    OutOfMemory: Outcome.OUT_OF_MEMORY,
    ParseTimeout: Outcome.HUNG,
    InternalError: Outcome.ERROR,
}


class OutOfTurn(Exception):
    """The parser gave another page than the one whose turn it was, or ended before its time."""


def outcome_of(exc: Exception) -> Outcome:
    if isinstance(exc, OutOfTurn):
        return Outcome.DISORDER
    if isinstance(exc, ChildSilent):
        return Outcome.HUNG
    if isinstance(exc, ChildDied):
        return Outcome.KILLED if exc.was_killed else Outcome.CRASHED
    return next((outcome for error, outcome in _BY_ERROR.items() if isinstance(exc, error)), Outcome.FAILED)


def note_of(exc: Exception, patience_s: float) -> str:
    if isinstance(exc, ChildSilent):
        return f"{ParseTimeout.code()}, nothing for {patience_s:g} s"
    if isinstance(exc, ChildDied):
        return f"{OutOfMemory.code() if exc.was_killed else 'ParserCrashed'}, {exc}"
    if isinstance(exc, OutOfTurn):
        return f"ParserOutOfTurn, {exc}"
    code = exc.code() if isinstance(exc, PdfParserError) else type(exc).__name__
    return f"{code}, {exc}"


def check_turn(page: Page, item: PageInput) -> None:
    """Raises OutOfTurn unless the page is the expected one in all its parts."""
    numbers = {page.page, page.record.page, *(b.page for b in page.blocks), *(t.page for t in page.tables)}
    if wrong := numbers - {item.page}:
        raise OutOfTurn(f"it gave page {min(wrong)} when it was the turn of page {item.page}")


def objection(page: Page, profile: PageProfile) -> tuple[Outcome, str] | None:
    """Why a page that came does not count: its parser says so, or it is empty although its PDF has something there.

    Where there is ink and no text, a parser that has looked may call the page blank and say why.
    """
    record = page.record
    if record.status is PageStatus.FAILED:
        return Outcome.FAILED, record.reason or "no reason given"
    if page.blocks or page.tables or profile.kind is PageKind.BLANK:
        return None
    if profile.chars:
        return Outcome.EMPTY, f"nothing on the page, although it has {profile.chars} characters of text"
    if record.status is PageStatus.BLANK and record.reason:
        return None
    return Outcome.EMPTY, "nothing on the page, although there is ink on it"
