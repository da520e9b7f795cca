"""One PDF seen through child processes: a damaged page costs its own profile, a damaged file its typed error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from loguru import logger

from pdf_parser.domain.profile import PageFacts, PageKind, PageProfile, profile_page
from pdf_parser.errors import CorruptPdf, NotAPdf, PdfParserError
from pdf_parser.settings import Settings
from pdf_parser.utils.damage import why_empty
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, call, stream
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import copy_pages, open_pdf

US_LETTER = (612.0, 792.0)  # stands in for the size of a page that cannot be measured
_HEADER_WINDOW = 1024


class GuardedPdf:
    """`path` may be a /dev/fd path; it is opened anew by each child."""

    def __init__(self, path: Path, password: str | None, settings: Settings) -> None:
        self.path = path
        self.password = password
        self._limits = Limits(
            memory_bytes=int(settings.parser_memory_bytes),
            silence_s=settings.page_timeout_s,
            cpu_s=round(settings.page_timeout_s * 10),
        )

    def page_count(self) -> int:
        """Raises NotAPdf, EncryptedPdf, EmptyPdf and CorruptPdf."""
        with self.path.open("rb") as file:
            if not has_pdf_header(file.read(_HEADER_WINDOW)):
                raise NotAPdf
        return int(self._call(self._count))

    def copy(self, pages: Sequence[int], target: Path) -> None:
        """Writes a PDF of just these pages, without encryption. Raises CorruptPdf."""
        self._call(lambda: self._copy(pages, target))

    def profiles(self, pages: Sequence[int]) -> Iterator[PageProfile]:
        """One profile per page, in order, also for pages that cannot be measured."""
        done = 0
        while done < len(pages):
            try:
                for data in stream(partial(self._measure, pages[done:]), self._limits):
                    yield profile_page(PageFacts.model_validate_json(data))
                    done += 1
            except (ChildDied, ChildSilent, PdfParserError) as exc:
                reason = str(exc) or "no answer"
                logger.warning("page {} cannot be measured: {}", pages[done], reason)
                yield _unknown(pages[done], reason)
                done += 1

    def _call(self, work: Callable[[], bytes]) -> bytes:
        try:
            return call(work, self._limits)
        except (ChildDied, ChildSilent) as exc:
            reason = str(exc) or f"no answer for {self._limits.silence_s:g} s"
            raise CorruptPdf(f"{CorruptPdf.default_message()} (PDFium gave up on it: {reason}.)") from exc

    def _count(self) -> bytes:
        with open_pdf(self.path, self.password) as pdf:
            return str(len(pdf)).encode()

    def _copy(self, pages: Sequence[int], target: Path) -> bytes:
        copy_pages(self.path, self.password, pages, target)
        return b""

    def _measure(self, pages: Sequence[int]) -> Iterator[bytes]:
        with open_pdf(self.path, self.password) as pdf:
            for page in pages:
                facts = measure_page(pdf, page)
                if not (facts.chars or facts.images or facts.paths):
                    facts = facts.model_copy(update={"note": why_empty(self.path, self.password, page)})
                yield facts.model_dump_json().encode()


def has_pdf_header(head: bytes) -> bool:
    """PDFium and other readers accept the mark anywhere in the first 1,024 bytes."""
    return b"%PDF-" in head


def _unknown(page: int, reason: str) -> PageProfile:
    width, height = US_LETTER
    return PageProfile(page=page, width=width, height=height, kind=PageKind.DIGITAL, note=f"not measured: {reason}")
