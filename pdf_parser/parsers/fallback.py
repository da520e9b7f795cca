"""Walks a chain of parsers until every page has an outcome. Runs in the step; the parsers run in child processes.

A page that kills, hangs or fails one parser is found by halving its batch and set aside for the next; the text layer is
the last; what is left has failed, with the reasons that led there. No page is ever dropped.

A page that came and is bad (`domain/quality.py`) is kept while the next parser tries; the better one stays.

Out of memory: half the batch, down to one page; then another attempt of the pod with more memory, where there is one;
then the next parser. Every rung is in the ledger (`tried`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from loguru import logger

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Attempt, Outcome, PageRecord, PageStatus, Usage, total_usage
from pdf_parser.domain.options import AUTO
from pdf_parser.domain.profile import PageProfile
from pdf_parser.domain.quality import is_bad, judged, worth
from pdf_parser.domain.rescue import poor_attempt
from pdf_parser.domain.route import OCR_PARSERS
from pdf_parser.errors import OutOfMemory, ParserUnavailable, PdfParserError
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.outcome import VERDICTS, OutOfTurn, check_turn, note_of, objection, outcome_of
from pdf_parser.parsers.registry import TEXT_LAYER, parser_class
from pdf_parser.parsers.suspects import Todo
from pdf_parser.parsers.worker import Ready, Spent, run_worker
from pdf_parser.settings import Settings
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits
from pdf_parser.utils.pod import Pod

Find = Callable[[str], type[Parser]]


def parse_pages(
    pdf: Path,
    pages: Sequence[PageInput],
    chain: Sequence[str],
    settings: Settings,
    find: Find = parser_class,
    required: bool = False,
    pod: Pod | None = None,
) -> Iterator[Page]:
    """One Page per input, as they are finished: a page that needs a second parser comes later than its neighbours.

    Raises ParserUnavailable when the first parser of the chain is `required` and cannot be used here, and OutOfMemory
    after the last page when some failed that another attempt of the `pod`, with more memory, may make.
    """
    walk = _Walk(pdf, pages, settings, pod or Pod())
    for place, name in enumerate([*chain, TEXT_LAYER]):
        try:
            yield from walk.through(find(name)(settings))
        except ParserUnavailable as exc:
            if required and place == 0:
                raise
            walk.pass_over(name, str(exc))
    yield from walk.rest(chain[0])
    if walk.starved:
        told = ", ".join(str(item.page) for item in walk.starved[:10])
        raise OutOfMemory(f"{len(walk.starved)} pages need more memory than there is ({told}).")


class _Walk:
    """`left` waits for a parser, `kept` are bad pages among them; `starved` waits for the next attempt of the pod."""

    def __init__(self, pdf: Path, pages: Sequence[PageInput], settings: Settings, pod: Pod) -> None:
        self.pdf = pdf
        self.settings = settings
        self.pod = pod
        self.left = {item.page: item for item in pages}
        self.kept: dict[int, Page] = {}
        self.starved: list[PageInput] = []
        self.missing: list[str] = []
        self.tried: defaultdict[int, list[Attempt]] = defaultdict(list)
        for item in pages:
            self.tried[item.page].extend(item.tried)

    def through(self, parser: Parser) -> Iterator[Page]:
        """Yields what this parser finishes of the pages left."""
        suitable = [item for item in self.left.values() if parser.suits(item.profile)]
        if suitable:
            yield from _Turn(self, parser, suitable).pages()

    def take(self, page: Page, profile: PageProfile) -> Iterator[Page]:
        """Yields a good page; a bad one waits for what the next parser makes of it."""
        page = judged(page, profile)
        kept = self.kept.pop(page.page, page)
        if is_bad(page.record):
            self.tried[page.page].append(poor_attempt(page.record, page.record.usage))
            self.kept[page.page] = page if worth(page.record) > worth(kept.record) else kept
        else:
            yield self._finished(page)

    def _finished(self, page: Page) -> Page:
        """The page with the story of all that was tried before."""
        del self.left[page.page]
        tried = self.tried[page.page]
        reasons = [*_story(tried), *([page.record.reason] if page.record.reason else [])]
        told = {
            "attempts": _count(tried) + 1,
            "reason": "; ".join(reasons) or None,
            "tried": tuple(tried),
            "missing_parsers": self._missed(page),
            "usage": total_usage([*(attempt.usage for attempt in tried), page.record.usage]),
        }
        return page.model_copy(update={"record": page.record.model_copy(update=told)})

    def _missed(self, page: Page) -> tuple[str, ...]:
        """OCR engines that are not installed, for a page that needed one and that none has read or tried to read."""
        readers = OCR_PARSERS[AUTO]
        if page.record.parser in readers or _count(self.tried[page.page]):
            return ()
        return tuple(name for name in self.missing if name in readers)

    def starve(self, item: PageInput) -> None:
        """Only what has no page at all is worth another attempt of the pod."""
        if item.page not in self.kept:
            del self.left[item.page]
            self.starved.append(item)

    def pass_over(self, parser: str, note: str) -> None:
        self.missing.append(parser)
        for page_no in self.left:
            self.tried[page_no].append(Attempt(parser=parser, outcome=Outcome.UNAVAILABLE, note=note))

    def rest(self, parser: str) -> Iterator[Page]:
        """Bad pages that nobody made better, and those that nobody made at all: they have failed."""
        for page in self.kept.values():
            self.tried[page.page].remove(poor_attempt(page.record, page.record.usage))
            yield self._finished(page)
        for item in [*self.left.values(), *self.starved]:
            tried, profile = self.tried[item.page], item.profile
            record = PageRecord(
                page=item.page,
                kind=profile.kind,
                status=PageStatus.FAILED,
                parser=parser,
                attempts=max(1, _count(tried)),
                reason="; ".join(_story(tried)) or "no parser of the chain suits this page",
                tried=tuple(tried),
                usage=total_usage(attempt.usage for attempt in tried),
            )
            page = Page(
                page=item.page,
                width=profile.width,
                height=profile.height,
                rotation=profile.rotation,
                record=record,
            )
            yield judged(page, profile)


class _Turn:
    """One parser's turn: goes on behind every page that stops it, in a fresh process each time."""

    def __init__(self, walk: _Walk, parser: Parser, items: Sequence[PageInput]) -> None:
        self.walk = walk
        self.parser = parser
        self.settings = walk.settings
        self.todo = Todo(items, parser.batch_size)
        self.tries: Counter[int] = Counter()
        self.loads_failed = 0
        self.is_loaded = False

    def pages(self) -> Iterator[Page]:
        while self.todo:
            try:
                yield from self._run()
            except ParserUnavailable:
                raise
            except (ChildDied, ChildSilent, OutOfTurn, PdfParserError) as exc:
                self._stumble(exc)

    def _run(self) -> Iterator[Page]:
        """What one process finishes."""
        self.is_loaded = False
        for event in run_worker(self.parser, self.walk.pdf, tuple(self.todo.groups), self._limits(), self._patience_s):
            if isinstance(event, Spent):
                return
            if isinstance(event, Ready):
                self.is_loaded, self.loads_failed = True, 0
                continue
            if not self.todo:
                logger.warning("parser {} gave more pages than it was asked for", self.parser.name)
                return
            yield from self._take(event)
        if self.todo:
            raise OutOfTurn(f"it ended before page {self.todo.first.page}")

    def _take(self, page: Page) -> Iterator[Page]:
        item = self.todo.first
        check_turn(page, item)
        self.todo.done()
        objected = objection(page, item.profile)
        if objected is None:
            yield from self.walk.take(page, item.profile)
        else:
            self._record([item], *objected, usage=page.record.usage)

    def _stumble(self, exc: Exception) -> None:
        """Any page of the batch may be to blame: find out which, or give up the one that was found."""
        outcome, note = outcome_of(exc), note_of(exc, self._patience_s())
        if not self.todo:
            logger.warning("parser {} stopped after its last page: {}", self.parser.name, note)
            return
        if not self.is_loaded:
            self._stumble_at_load(outcome, note)
            return
        suspects = self.todo.suspects
        self._record(suspects, outcome, note)
        self.tries.update(item.page for item in suspects)
        if len(suspects) == 1 and (outcome in VERDICTS or self._had_all_tries(suspects[0])):
            self._give_up(suspects, outcome)
        elif outcome.wants_memory and len(suspects) > 1:
            self.todo.lower()
        else:
            self.todo.halve()

    def _had_all_tries(self, item: PageInput) -> bool:
        """Those in company count: a page that was found by halving has failed several times."""
        return self.tries[item.page] >= self.settings.page_attempts

    def _stumble_at_load(self, outcome: Outcome, note: str) -> None:
        """No page is to blame."""
        self.loads_failed += 1
        if outcome in VERDICTS or self.loads_failed >= self.settings.page_attempts:
            self._record(self.todo.pages, outcome, f"{note}, while it was loaded")
            self._give_up(self.todo.pages, outcome)

    def _give_up(self, items: Sequence[PageInput], outcome: Outcome) -> None:
        for item in items:
            self.todo.done()
            if outcome.wants_memory and self.walk.pod.can_grow:
                self.walk.starve(item)

    def _record(self, items: Sequence[PageInput], outcome: Outcome, note: str, usage: Usage | None = None) -> None:
        told = f"{items[0].page}" if len(items) == 1 else f"{items[0].page}, one of {len(items)}"
        logger.warning("parser {} stopped at page {}: {}", self.parser.name, told, note)
        attempt = Attempt(
            parser=self.parser.name,
            outcome=outcome,
            batch_size=len(items),
            memory_bytes=self._memory_bytes() or 0,
            pod=self.walk.pod.attempt,
            note=note,
            usage=usage,
        )
        for item in items:
            self.walk.tried[item.page].append(attempt)

    def _memory_bytes(self) -> int | None:
        limit = self.parser.memory_bytes()
        return limit and limit * self.walk.pod.growth

    def _limits(self) -> Limits:
        return Limits(memory_bytes=self._memory_bytes())

    def _patience_s(self) -> float:
        """A batch gives its first page when all of it is done."""
        timeout = self.settings.page_timeout_s
        if not self.is_loaded:
            return self.parser.load_timeout_s + timeout
        return timeout * (len(self.todo.suspects) if self.todo else 1)


def _story(tried: Sequence[Attempt]) -> list[str]:
    """The last word on each parser."""
    last = {attempt.parser: attempt for attempt in tried}
    return [f"{a.parser}: {a.note}" if a.outcome is not Outcome.UNAVAILABLE else a.note for a in last.values()]


def _count(tried: Sequence[Attempt]) -> int:
    return sum(attempt.outcome is not Outcome.UNAVAILABLE for attempt in tried)
