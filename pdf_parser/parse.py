"""One file, in one process tree, without any workflow: for the splitter's command line and for benchmarks.

The DAG does the same in pieces (`steps`), with a store between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pdf_parser.domain.continuation import link_continued
from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import check_coverage
from pdf_parser.domain.merge import merge_pages
from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.domain.route import route_page
from pdf_parser.domain.shard import Route
from pdf_parser.domain.survey import Survey
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.settings import Settings
from pdf_parser.utils.guarded_pdf import GuardedPdf


def parse_file(
    path: Path, settings: Settings, options: ParseOptions | None = None, password: str | None = None
) -> list[Page]:
    """The merged pages, ascending, failed ones included. Raises what `fetch` and `classify` would raise."""
    options = options or ParseOptions()
    pdf = GuardedPdf(path, password, settings)
    numbers = select_pages(options.pages, pdf.page_count(), settings.max_pages)
    profiles = list(pdf.profiles(numbers))
    found: dict[int, Page] = {}
    by_route: dict[Route, list[PageInput]] = {}
    for profile in profiles:
        route = route_page(profile, options.parser, settings.ocr_engine, options.mode)
        by_route.setdefault(route, []).append(PageInput(profile, profile.page))
    for route, inputs in by_route.items():
        pages = parse_pages(path, inputs, route.parsers, settings, required=route.required)
        found.update({page.page: page for page in pages})
    check_coverage(sorted(found), numbers)
    return list(merge_document([found[n] for n in numbers]))


def merge_document(pages: list[Page]) -> Iterator[Page]:
    """Parsed pages, ascending, as one document: what `merge` does, for pages that fit into memory."""
    survey = Survey()
    for page in pages:
        survey.add(page)
    return link_continued(merge_pages(pages, survey))
