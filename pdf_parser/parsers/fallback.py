"""Walks a chain of parsers until every page has an outcome. Runs in the step; the parsers run in child processes.

A page that kills, hangs or fails one parser is set aside for the next; the text layer is the last; what is left has
failed, with the reasons that led there. No page is ever dropped.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from loguru import logger

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.options import AUTO
from pdf_parser.domain.route import OCR_PARSERS
from pdf_parser.errors import OutOfMemory, ParserUnavailable, PdfParserError
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.registry import TEXT_LAYER, parser_class
from pdf_parser.settings import Settings
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, stream

Find = Callable[[str], type[Parser]]


def parse_pages(
    pdf: Path,
    pages: Sequence[PageInput],
    chain: Sequence[str],
    settings: Settings,
    find: Find = parser_class,
    required: bool = False,
) -> Iterator[Page]:
    """One Page per input, as they are finished: a page that needs a second parser comes later than its neighbours.

    Raises ParserUnavailable when the first parser of the chain is `required` and cannot be used here.
    """
    walk = _Walk(pdf, pages, settings, find)
    for place, name in enumerate([*chain, TEXT_LAYER]):
        try:
            yield from walk.through(name)
        except ParserUnavailable as exc:
            if required and place == 0:
                raise
            walk.note_missing(name, str(exc))
    yield from walk.failures(chain[0])


class _Walk:
    def __init__(self, pdf: Path, pages: Sequence[PageInput], settings: Settings, find: Find) -> None:
        self.pdf = pdf
        self.settings = settings
        self.find = find
        self.left = {item.page: item for item in pages}
        self.attempts: Counter[int] = Counter()
        self.reasons: defaultdict[int, list[str]] = defaultdict(list)
        self.missing: list[str] = []

    def through(self, name: str) -> Iterator[Page]:
        """Yields what this parser finishes of the pages left; goes on behind a page that stops it."""
        parser = self.find(name)(self.settings)
        todo = deque(item for item in self.left.values() if parser.suits(item.profile))
        tries: Counter[int] = Counter()
        while todo:
            try:
                for page in self._run(parser, list(todo)):
                    todo.popleft()
                    yield from self._take(page)
                if todo:
                    raise ChildDied(0)
            except ParserUnavailable:
                raise
            except (ChildDied, ChildSilent, PdfParserError) as exc:
                self._stumble(name, todo, tries, exc)

    def _run(self, parser: Parser, items: list[PageInput]) -> Iterator[Page]:
        def work() -> Iterator[bytes]:
            parser.load()
            started = time.monotonic()
            for page in parser.parse(self.pdf, items):
                record = page.record.model_copy(update={"ms": round(1000 * (time.monotonic() - started))})
                yield page.model_copy(update={"record": record}).model_dump_json().encode()
                started = time.monotonic()
            parser.close()

        yield from (Page.model_validate_json(data) for data in stream(work, self._limits(parser, len(items))))

    def _limits(self, parser: Parser, pages: int) -> Limits:
        timeout = self.settings.page_timeout_s
        return Limits(
            memory_bytes=parser.memory_bytes(),
            silence_s=timeout + parser.load_timeout_s,
            cpu_s=round(parser.load_timeout_s + timeout * pages) + 1,
        )

    def _take(self, page: Page) -> Iterator[Page]:
        if page.record.status is PageStatus.FAILED:
            self.reasons[page.page].append(f"{page.record.parser}: {page.record.reason}")
            return
        del self.left[page.page]
        yield self._with_history(page)

    def _stumble(self, name: str, todo: deque[PageInput], tries: Counter[int], exc: Exception) -> None:
        """The first page not yet given is the one that stopped the parser: try it again, or set it aside."""
        page_no = todo[0].page
        tries[page_no] += 1
        self.attempts[page_no] += 1
        reason = _reason(exc, self.settings)
        logger.warning("parser {} stopped at page {}: {}", name, page_no, reason)
        again = isinstance(exc, ChildDied) and tries[page_no] < self.settings.page_attempts
        if not again:
            self.reasons[page_no].append(f"{name}: {reason}")
            todo.popleft()

    def _with_history(self, page: Page) -> Page:
        earlier = self.reasons[page.page]
        record = page.record.model_copy(
            update={
                "attempts": self.attempts[page.page] + 1,
                "reason": "; ".join([*earlier, *([page.record.reason] if page.record.reason else [])]) or None,
                "missing_parsers": self._missed(page),
            }
        )
        return page.model_copy(update={"record": record})

    def note_missing(self, name: str, reason: str) -> None:
        self.missing.append(name)
        for page_no in self.left:
            self.reasons[page_no].append(reason)

    def _missed(self, page: Page) -> tuple[str, ...]:
        """OCR engines that are not installed, for a page that needed one and that none has tried."""
        untried = len(self.reasons[page.page]) == len(self.missing) and page.record.status is not PageStatus.OCR
        return tuple(name for name in self.missing if name in OCR_PARSERS[AUTO]) if untried else ()

    def failures(self, parser: str) -> Iterator[Page]:
        for item in self.left.values():
            record = PageRecord(
                page=item.page,
                kind=item.profile.kind,
                status=PageStatus.FAILED,
                parser=parser,
                attempts=max(1, self.attempts[item.page]),
                reason="; ".join(self.reasons[item.page]) or "no parser of the chain suits this page",
            )
            profile = item.profile
            yield Page(
                page=item.page,
                width=profile.width,
                height=profile.height,
                rotation=profile.rotation,
                record=record,
            )


def _reason(exc: Exception, settings: Settings) -> str:
    if isinstance(exc, ChildSilent):
        return f"ParseTimeout, nothing for {settings.page_timeout_s:g} s"
    if isinstance(exc, ChildDied):
        return f"{OutOfMemory.code() if exc.was_killed else 'ParserCrashed'}, {exc}"
    code = exc.code() if isinstance(exc, PdfParserError) else type(exc).__name__
    return f"{code}, {exc}"
