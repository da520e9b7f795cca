"""What the caller asks for. Travels as one JSON workflow parameter; the password itself never does."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from pdf_parser.domain.base import Model
from pdf_parser.errors import InvalidOptions, TooManyPages

AUTO = "auto"
Mode = Literal["fast", "balanced", "accurate"]
BALANCED: Mode = "balanced"
_RANGES = re.compile(r"^\s*\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*\s*$")


class ParseOptions(Model):
    """`parser`: a registered name or "auto". `mode` says how much a page may cost (`domain/route.py`).

    `pages`: "1-5,9", 1-based; None means all.
    `password_ref` names a secret that the steps can read (see `pdf_parser.utils.secrets`). `force` skips the cache.
    `sha256` is what the caller says of the bytes; others are refused.
    """

    parser: str = AUTO
    mode: Mode = BALANCED
    pages: str | None = None
    password_ref: str | None = None
    force: bool = False
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    def with_default_parser(self, name: str) -> ParseOptions:
        """The options as the service reads them: its own default stands for "auto"."""
        return self if self.parser != AUTO else self.model_copy(update={"parser": name})

    @field_validator("pages")
    @classmethod
    def _pages_are_ranges(cls, pages: str | None) -> str | None:
        if pages is None:
            return None
        if not _RANGES.match(pages):
            raise ValueError('pages must look like "1-5,9"')
        if any(start < 1 or end < start for start, end in _ranges(pages)):
            raise ValueError("page ranges start at 1 and ascend")
        return re.sub(r"\s", "", pages)


def select_pages(pages: str | None, page_count: int, max_pages: int) -> list[int]:
    """The page numbers asked for, ascending, once each.

    Raises InvalidOptions when one is not in the document, TooManyPages for more than `max_pages`.
    """
    ranges = _ranges(pages or f"1-{page_count}")
    last = max(end for _, end in ranges)
    if last > page_count:
        raise InvalidOptions(f"Page {last} was asked for, the document has {page_count}. Ask for pages it has.")
    if sum(end - start + 1 for start, end in ranges) > max_pages:
        raise TooManyPages(f"{TooManyPages.default_message()} (The limit is {max_pages}.)")
    return sorted({page for start, end in ranges for page in range(start, end + 1)})


def _ranges(pages: str) -> list[tuple[int, int]]:
    bounds = [part.partition("-") for part in pages.split(",")]
    return [(int(first), int(last or first)) for first, _, last in bounds]
