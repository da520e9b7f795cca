"""Walks a chain of misbehaving parsers over a small document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.fallback import Find, parse_pages
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings
from pdf_parser.utils.pod import Pod
from tests.faults import misbehaving

SETTINGS = Settings(_env_file=None, page_timeout_s=20)
HASTY = SETTINGS.model_copy(update={"page_timeout_s": 0.7})
FAULTS: dict[str, type[Parser]] = {
    cls.name: cls
    for cls in vars(misbehaving).values()
    if isinstance(cls, type) and cls.__module__ == misbehaving.__name__ and "name" in vars(cls)
}


def find(name: str) -> type[Parser]:
    return FAULTS.get(name) or parser_class(name)


def in_batches(size: int) -> Find:
    """`find` for parsers that work on so many pages together."""
    return lambda name: type(name, (find(name),), {"batch": size})


def inputs(pages: int, kind: PageKind = PageKind.DIGITAL, chars: int = 0) -> list[PageInput]:
    profiles = (PageProfile(page=n, width=595, height=842, kind=kind, chars=chars) for n in range(1, pages + 1))
    return [PageInput(profile, profile.page) for profile in profiles]


def walk(
    folder: Path,
    data: bytes,
    chain: Sequence[str],
    items: Sequence[PageInput],
    finder: Find = find,
    settings: Settings | None = None,
    required: bool = False,
    pod: Pod | None = None,
) -> list[Page]:
    """The pages in order; those that came before an exception are lost. Nobody waits long for a parser that hangs."""
    settings = settings or (HASTY if "hangs" in chain else SETTINGS)
    path = folder / "document.pdf"
    path.write_bytes(data)
    found = parse_pages(path, items, chain, settings, finder, required, pod)
    return sorted(found, key=lambda page: page.page)
