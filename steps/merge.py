"""Fold the pages into one document and check the ledger. Holds one page in memory, however long the document is.

Pages are read twice: once to learn what only the whole document tells (sizes of type, running headers), once to be
written. In between they lie in a scratch file, so that the store is asked for each page once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.continuation import link_continued
from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import LedgerGap, check_coverage
from pdf_parser.domain.merge import merge_pages
from pdf_parser.domain.shard import ShardPlan
from pdf_parser.domain.survey import Survey
from pdf_parser.domain.tally import Tally
from pdf_parser.errors import ObjectNotFound, StepOutputMissing, TooManyFailedPages
from pdf_parser.export.html import HtmlWriter
from pdf_parser.export.jsonl import block_lines, chunk_line, ledger_line
from pdf_parser.export.markdown import MarkdownWriter
from pdf_parser.storage.base import ObjectStore
from pdf_parser.utils.scratch import ScratchFile, scratch_file
from pdf_parser.utils.splitter import split_pages
from steps.contracts import MERGE
from steps.entrypoint import Context, Values, step_main
from steps.objects import put_model

OUTPUTS = {
    "document.md": "text/markdown; charset=utf-8",
    "document.html": "text/html; charset=utf-8",
    "document.jsonl": "application/x-ndjson",
    "pages.jsonl": "application/x-ndjson",
    "chunks.jsonl": "application/x-ndjson",
}
TABLES = "tables"


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    plan = ShardPlan.model_validate_json(context.store.get(layout.plan(key)))
    with scratch_file() as spool:
        survey, tally = _collect(plan, key, context, spool.file)
        with _drafts(context.store, key) as files:
            tables, chunks = _write(spool.file, survey, files, context)
    put_model(context.store, layout.summary(key), tally.summary(plan.page_count, tables, chunks))
    _refuse_too_many_failures(tally, context.settings.max_page_failure_ratio)
    return {}


def _collect(plan: ShardPlan, key: CacheKey, context: Context, spool: BinaryIO) -> tuple[Survey, Tally]:
    """Copies every page into the spool, one a line. Raises StepOutputMissing for a page that nobody has made."""
    survey, tally = Survey(), Tally()
    for done, page_no in enumerate(plan.pages, start=1):
        page = _stored_page(context.store, key, page_no)
        survey.add(page)
        tally.add(page.record)
        spool.write(page.model_dump_json().encode() + b"\n")
        context.progress.report(done, 2 * len(plan.pages))
    try:
        check_coverage(tally.pages, plan.pages)
    except LedgerGap as exc:
        raise StepOutputMissing(f"The page ledger has gaps: {exc}. Retry the run.") from exc
    return survey, tally


def _stored_page(store: ObjectStore, key: CacheKey, page_no: int) -> Page:
    try:
        return Page.model_validate_json(store.get(layout.page(key, page_no)))
    except (ObjectNotFound, ValidationError) as exc:
        raise StepOutputMissing(f"Page {page_no} was not parsed, or its file is damaged. Retry the run.") from exc


@contextmanager
def _drafts(store: ObjectStore, key: CacheKey) -> Iterator[dict[str, TextIO]]:
    """Text streams by output name; stored under their draft keys when the block ends well."""
    targets = {name: (layout.draft(key, name), kind) for name, kind in OUTPUTS.items()}
    targets[TABLES] = (layout.merged_tables(key), "application/x-ndjson")
    with ExitStack() as stack:
        scratch = {name: stack.enter_context(scratch_file()) for name in targets}
        streams = {name: _text(file) for name, file in scratch.items()}
        yield streams
        for name, (target, content_type) in targets.items():
            streams[name].flush()
            store.put_file(target, scratch[name].path, content_type)
            streams[name].detach()  # type: ignore[attr-defined]


def _text(scratch: ScratchFile) -> TextIO:
    return TextIOWrapper(scratch.file, encoding="utf-8", newline="\n")


def _write(spool: BinaryIO, survey: Survey, files: dict[str, TextIO], context: Context) -> tuple[int, int]:
    """Writes everything in one pass over the merged pages; gives the numbers of tables and chunks."""
    counted = {"tables": 0, "chunks": 0}
    settings = context.settings
    pages = _written(link_continued(merge_pages(_spooled(spool), survey)), files, counted)
    for chunk in split_pages(pages, chunk_size=settings.chunk_size, overlap=settings.overlap):
        files["chunks.jsonl"].write(chunk_line(chunk))
        counted["chunks"] += 1
    return counted["tables"], counted["chunks"]


def _spooled(spool: BinaryIO) -> Iterator[Page]:
    spool.seek(0)
    return (Page.model_validate_json(line) for line in spool)


def _written(pages: Iterator[Page], files: dict[str, TextIO], counted: dict[str, int]) -> Iterator[Page]:
    """Passes the pages on after each has been written in every form."""
    markdown = MarkdownWriter(files["document.md"])
    with HtmlWriter(files["document.html"]) as html:
        for page in pages:
            markdown.write(page)
            html.write(page)
            files["document.jsonl"].writelines(block_lines(page))
            files["pages.jsonl"].write(ledger_line(page.record))
            for table in page.tables:
                files[TABLES].write(table.model_dump_json() + "\n")
                counted["tables"] += 1
            yield page


def _refuse_too_many_failures(tally: Tally, allowed: float) -> None:
    if not tally.failed:
        return
    told = ", ".join(map(str, tally.failed[:10])) + (", …" if len(tally.failed) > 10 else "")
    logger.warning("{} of {} pages failed: {}", len(tally.failed), len(tally.pages), told)
    if tally.failure_ratio > allowed:
        raise TooManyFailedPages(
            f"{len(tally.failed)} of {len(tally.pages)} pages failed (pages {told}). "
            "See the page ledger for the reason of each, or raise MAX_PAGE_FAILURE_RATIO."
        )


if __name__ == "__main__":
    sys.exit(step_main(MERGE, run))
