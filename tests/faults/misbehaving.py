"""Parsers that fail in one way each, at the page given by FAULT_PAGE. Everything else they do right."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import PageProfile
from pdf_parser.errors import ParseFailed
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.pdfium import PdfiumParser

FAULT_PAGE = 3


class _Faulty(PdfiumParser):
    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for item in pages:
            if item.page == FAULT_PAGE:
                self.fault()
            yield from super().parse(pdf, [item])

    def fault(self) -> None:
        raise NotImplementedError


class Crashes(_Faulty):
    name = "crashes"

    def fault(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class Hangs(_Faulty):
    name = "hangs"
    load_timeout_s = 0.0

    def fault(self) -> None:
        time.sleep(3600)


class RunsOutOfMemory(_Faulty):
    name = "greedy"

    def fault(self) -> None:
        bytearray(1 << 40)


class Fails(_Faulty):
    name = "fails"

    def fault(self) -> None:
        raise ParseFailed("cannot make sense of it")


class StopsEarly(PdfiumParser):
    """Gives fewer pages than asked for and says nothing."""

    name = "quitter"

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for item in pages:
            if item.page >= FAULT_PAGE:
                return
            yield from super().parse(pdf, [item])


class NotInstalled(PdfiumParser):
    """Would take any page."""

    name = "absent"
    requires = ("a_library_that_is_not_there",)
    extra = "absent"

    def suits(self, page: PageProfile) -> bool:
        return True


class Choosy(PdfiumParser):
    """Takes no page at all."""

    name = "choosy"

    def suits(self, page: PageProfile) -> bool:
        return False
