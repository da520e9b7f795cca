"""Parsers that fail in one way each, at the page given by FAULT_PAGE. Everything else they do right.

Those that derive from `_Faulty` work on `batch` pages together and give none of them before all are done.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import PageProfile
from pdf_parser.errors import OutOfMemory, ParseFailed
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.pdfium import PdfiumParser
from pdf_parser.settings import Settings

FAULT_PAGE = 3


class _Faulty(PdfiumParser):
    batch: ClassVar[int] = 1

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.batch_size = self.batch

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for start in range(0, len(pages), self.batch_size):
            batch = pages[start : start + self.batch_size]
            made = list(super().parse(pdf, batch))
            yield from self.fault(made) if any(item.page == FAULT_PAGE for item in batch) else made

    def fault(self, made: list[Page]) -> list[Page]:
        """What becomes of the batch with the page in it."""
        raise NotImplementedError


class Crashes(_Faulty):
    name = "crashes"

    def fault(self, made: list[Page]) -> list[Page]:
        os.kill(os.getpid(), signal.SIGSEGV)
        return made


class IsKilled(_Faulty):
    name = "killed"

    def fault(self, made: list[Page]) -> list[Page]:
        os.kill(os.getpid(), signal.SIGKILL)
        return made


class Hangs(_Faulty):
    name = "hangs"
    load_timeout_s = 0.0

    def fault(self, made: list[Page]) -> list[Page]:
        time.sleep(3600)
        return made


class RunsOutOfMemory(_Faulty):
    name = "greedy"

    def fault(self, made: list[Page]) -> list[Page]:
        bytearray(1 << 40)
        return made


class FillsTheDevice(_Faulty):
    """Two pages fit into the device's memory together."""

    name = "two-fit"

    def fault(self, made: list[Page]) -> list[Page]:
        if len(made) > 2:
            raise OutOfMemory("The device is full.")
        return made

    def device_memory_bytes(self) -> int:
        return 1_000_000 * self.batch_size


class OverfillsTheDevice(_Faulty):
    name = "none-fits"

    def fault(self, made: list[Page]) -> list[Page]:
        raise OutOfMemory("The device is full.")


class Fails(_Faulty):
    name = "fails"

    def fault(self, made: list[Page]) -> list[Page]:
        raise ParseFailed("cannot make sense of it")


class Stumbles(_Faulty):
    """A mistake in the code: an exception that nobody has translated."""

    name = "stumbles"

    def fault(self, made: list[Page]) -> list[Page]:
        raise KeyError("layout")


class SaysNothing(_Faulty):
    """An empty page, and calls it a success."""

    name = "empty"

    def fault(self, made: list[Page]) -> list[Page]:
        return [p.model_copy(update={"blocks": ()}) if p.page == FAULT_PAGE else p for p in made]


class Repeats(_Faulty):
    name = "repeats"

    def fault(self, made: list[Page]) -> list[Page]:
        return [page for p in made for page in ([p, p] if p.page == FAULT_PAGE else [p])]


class Misnumbers(_Faulty):
    name = "misnumbers"

    def fault(self, made: list[Page]) -> list[Page]:
        return [p.model_copy(update={"page": p.page + 1}) if p.page == FAULT_PAGE else p for p in made]


class Shuffles(_Faulty):
    """Gives the page after its neighbour, when it has both."""

    name = "shuffles"

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        turns = {FAULT_PAGE: FAULT_PAGE + 1, FAULT_PAGE + 1: FAULT_PAGE}
        if turns.keys() <= {item.page for item in pages}:
            pages = sorted(pages, key=lambda item: turns.get(item.page, item.page))
        yield from PdfiumParser.parse(self, pdf, pages)


class Chatters(_Faulty):
    name = "chatters"

    def fault(self, made: list[Page]) -> list[Page]:
        sys.stdout.write("rubbish\n")
        sys.stdout.flush()
        os.write(1, b"more rubbish\n")
        return made


class Litters(_Faulty):
    """Leaves temporary files behind."""

    name = "litters"

    def fault(self, made: list[Page]) -> list[Page]:
        Path(tempfile.mkdtemp(), "model.bin").write_bytes(b"litter")
        return made


class StopsEarly(PdfiumParser):
    """Gives fewer pages than asked for and says nothing."""

    name = "quitter"

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for item in pages:
            if item.page >= FAULT_PAGE:
                return
            yield from super().parse(pdf, [item])


class CrashesAtLoad(_Faulty):
    name = "unloadable"

    def load(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class CrashesAtClose(_Faulty):
    """As a driver may that gives device memory back."""

    name = "unclosable"

    def fault(self, made: list[Page]) -> list[Page]:
        return made

    def close(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class HoldsModels(_Faulty):
    """Tells in each page which process has made it."""

    name = "models"
    holds_models = True

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for page in PdfiumParser.parse(self, pdf, pages):
            record = page.record.model_copy(update={"reason": str(os.getpid())})
            yield page.model_copy(update={"record": record})


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
