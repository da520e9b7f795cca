"""What the caller asks for. Travels as one JSON workflow parameter; the password itself never does."""

from __future__ import annotations

import re

from pydantic import field_validator

from pdf_parser.domain.base import Model

AUTO = "auto"
_RANGES = re.compile(r"^\s*\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*\s*$")


class ParseOptions(Model):
    """`parser`: a registered name or "auto". `pages`: "1-5,9", 1-based; None means all.

    `password_ref` names a secret that the steps can read (see `pdf_parser.utils.secrets`). `force` skips the cache.
    """

    parser: str = AUTO
    pages: str | None = None
    password_ref: str | None = None
    force: bool = False

    @field_validator("pages")
    @classmethod
    def _pages_are_ranges(cls, pages: str | None) -> str | None:
        if pages is None:
            return None
        if not _RANGES.match(pages):
            raise ValueError('pages must look like "1-5,9"')
        for part in pages.split(","):
            first, _, last = part.partition("-")
            if int(first) < 1 or (last and int(last) < int(first)):
                raise ValueError("page ranges start at 1 and ascend")
        return re.sub(r"\s", "", pages)


def select_pages(pages: str | None, page_count: int) -> list[int]:
    """The page numbers asked for, ascending, once each. Raises ValueError when one is not in the document."""
    if pages is None:
        return list(range(1, page_count + 1))
    chosen: set[int] = set()
    for part in pages.split(","):
        first, _, last = part.partition("-")
        end = int(last or first)
        if end > page_count:
            raise ValueError(f"page {end} was asked for, the document has {page_count}")
        chosen.update(range(int(first), end + 1))
    return sorted(chosen)
