"""Where a page goes: decided from hint and profile, never from what happens to be installed where this runs."""

from __future__ import annotations

from pdf_parser.domain.options import AUTO
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.shard import Lane, Route

BUILTIN = "pdfium"

# Rough cost of a page in seconds, for sizing shards; benchmarks/RESULTS.md has the measured ones.
SECONDS_PER_PAGE = {
    PageKind.DIGITAL: 0.1,
    PageKind.MIXED: 2.0,
    PageKind.SCANNED: 4.0,
    PageKind.GARBLED: 4.0,
    PageKind.BLANK: 0.02,
}


def route_page(profile: PageProfile, parser: str) -> Route:
    """`parser` is "auto" or the name that the caller chose; the chain always ends at the built-in parser."""
    chain = (BUILTIN,) if parser in (AUTO, BUILTIN) else (parser, BUILTIN)
    cost = SECONDS_PER_PAGE[profile.kind]
    reason = f"{profile.kind.value} page" if parser == AUTO else f"{parser} was asked for"
    return Route(lane=Lane.CPU, parsers=chain, seconds_per_page=cost, reason=reason)
