"""The contract of a back-end. A new one is one file with one class, and one line in `registry`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Attempt
from pdf_parser.domain.profile import PageProfile
from pdf_parser.errors import ParserUnavailable
from pdf_parser.settings import Settings


@dataclass(frozen=True)
class PageInput:
    """One page to parse: its profile carries the absolute number, `position` (1-based) is its place in the file.

    `tried`: what earlier runs of the shard have tried on it in vain.
    """

    profile: PageProfile
    position: int
    tried: tuple[Attempt, ...] = ()

    @property
    def page(self) -> int:
        return self.profile.page


class Parser(ABC):
    """Turns some pages of one PDF into Pages. Lives in a child process of the step, with limits on its memory.

    One process, one set of models, one device. `holds_models`: the process is recycled after so many pages or so much
    growth, see WORKER_MAX_PAGES and WORKER_MAX_GROWTH_BYTES.
    """

    name: ClassVar[str]
    needs_gpu: ClassVar[bool] = False
    holds_models: ClassVar[bool] = False
    requires: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""
    distribution: ClassVar[str] = ""
    load_timeout_s: ClassVar[float] = 5.0

    def __init__(self, settings: Settings) -> None:
        """Cheap: no models, no heavy imports. A parser that works in batches sets its `batch_size` here."""
        self.settings = settings
        self.batch_size = 1

    @classmethod
    def version(cls) -> str:
        """Version of the library that does the work, for the ledger."""
        try:
            return version(cls.distribution)
        except PackageNotFoundError:
            return ""

    @classmethod
    def missing(cls) -> list[str]:
        """Import names that cannot be found here; looked up without importing anything."""
        return [name for name in cls.requires if find_spec(name) is None]

    def memory_bytes(self) -> int | None:
        """Limit on the address space of the process that runs this parser; None where the pod's limit must do."""
        return int(self.settings.parser_memory_bytes)

    def suits(self, page: PageProfile) -> bool:
        """Whether this parser can do something useful with such a page."""
        return True

    def load(self) -> None:
        """Heavy imports and weights, once per process. Raises ParserUnavailable, which says how to fix it."""
        if missing := self.missing():
            raise ParserUnavailable(
                f"Parser {self.name!r} is not installed here: {', '.join(missing)} is missing. "
                f"Install it with `pip install 'pdf-parser[{self.extra}]'`, or choose another parser."
            )

    @abstractmethod
    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        """Yields exactly one Page per input, in order.

        May work on up to `batch_size` pages together before it yields them; called again with a smaller one after a
        failure. Raises ParseFailed when one of them cannot be made (to yield it with the status `failed` costs less:
        the process goes on), OutOfMemory when memory of host or device does not suffice although its cache was freed.
        """

    def device_memory_bytes(self) -> int:
        """Most device memory in use at once since `load`; 0 without a device."""
        return 0

    def close(self) -> None:  # noqa: B027 (most parsers hold nothing)
        """Gives device memory back."""
