"""Fold the pages into one document and check the ledger. Holds one page in memory, however long the document is.

Pages that came out badly go to parsers of other lanes first: then a plan for their rescue is all that is written, and
merge runs again behind it.

Pages are read twice: once to learn what only the whole document tells (sizes of type, running headers), once to be
written. In between they lie in a scratch file, so that the store is asked for each page once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from itertools import count
from typing import BinaryIO, TextIO

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.continuation import link_continued
from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.ledger import LedgerGap, PageStatus, check_coverage
from pdf_parser.domain.merge import merge_pages
from pdf_parser.domain.quality import is_bad
from pdf_parser.domain.rescue import better, plan_rescue
from pdf_parser.domain.shard import ShardPlan, indices
from pdf_parser.domain.summary import MergeSummary
from pdf_parser.domain.survey import Survey
from pdf_parser.domain.tally import Tally
from pdf_parser.errors import ObjectNotFound, StepOutputMissing, TooManyFailedPages
from pdf_parser.export.document import OUTPUTS, TABLES, write_document
from pdf_parser.storage.base import ObjectStore
from pdf_parser.utils.scratch import ScratchFile, scratch_file
from steps.contracts import MERGE
from steps.entrypoint import Context, Values, step_main
from steps.objects import delete_all, put_model


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    plan = ShardPlan.model_validate_json(context.store.get(layout.plan(key)))
    pages = Pages(context.store, key, plan, is_last_word=inputs.get("rescued") == "true")
    delete_all(context.store, layout.draft(key))
    with scratch_file() as spool:
        survey, tally = _collect(plan, pages, context, spool.file)
        if pages.to_rescue:
            return _rescue(plan, pages.to_rescue, key, context)
        with _drafts(context.store, key) as files:
            merged = link_continued(merge_pages(_spooled(spool.file), survey))
            merged = _with_figures(merged, key, context.store)
            written = write_document(merged, files, context.settings.chunking())
    summary = tally.summary(plan.page_count, written, context.settings.chunking())
    put_model(context.store, layout.summary(key), summary)
    if tally.failed:
        logger.warning(_failures(tally))
    if tally.failure_ratio > context.settings.max_page_failure_ratio:
        _publish_partial(context.store, key, summary)
        ledger = context.store.url(layout.partial(key, layout.LEDGER))
        raise TooManyFailedPages(f"{_failures(tally)} See why in {ledger}, or raise MAX_PAGE_FAILURE_RATIO.")
    return {"rescue": "false"}


def _rescue(plan: ShardPlan, bad: list[int], key: CacheKey, context: Context) -> Values:
    rescue = plan_rescue(plan.shards, bad, context.settings.shard_limits())
    put_model(context.store, layout.rescue_plan(key), rescue)
    logger.info("{} pages came out badly, {} shards try them again: {}", len(bad), len(rescue.shards), bad[:20])
    return {"rescue": "true"} | {f"rescue-{lane.value}": json.dumps(indices(rescue.shards, lane)) for lane in Lane}


def _collect(plan: ShardPlan, pages: Pages, context: Context, spool: BinaryIO) -> tuple[Survey, Tally]:
    """Copies every page into the spool, one a line. Raises StepOutputMissing for a page that nobody has made."""
    survey, tally = Survey(), Tally()
    for done, page_no in enumerate(plan.pages, start=1):
        page = pages.read(page_no)
        survey.add(page)
        tally.add(page.record)
        spool.write(page.model_dump_json().encode() + b"\n")
        context.progress.report(done, 2 * len(plan.pages))
    try:
        check_coverage(tally.pages, plan.pages)
    except LedgerGap as exc:
        raise StepOutputMissing(f"The page ledger has gaps: {exc}. Retry the run.") from exc
    return survey, tally


class Pages:
    """The pages as they were stored, the better of two where one came out badly.

    `is_last_word`: bad pages that nobody could rescue stay as they are; else they are kept in `to_rescue`.
    """

    def __init__(self, store: ObjectStore, key: CacheKey, plan: ShardPlan, is_last_word: bool) -> None:
        self._store = store
        self._key = key
        self._can_be_rescued = {page for shard in plan.shards if shard.rescue for page in shard.pages}
        self._is_last_word = is_last_word
        self.to_rescue: list[int] = []

    def read(self, page_no: int) -> Page:
        """Raises StepOutputMissing for a page that nobody has made."""
        page = self._stored(layout.page(self._key, page_no))
        if page is None:
            raise StepOutputMissing(f"Page {page_no} was not parsed, or its file is damaged. Retry the run.")
        if not is_bad(page.record) or page_no not in self._can_be_rescued:
            return page
        second = self._stored(layout.rescued_page(self._key, page_no))
        if self._is_last_word or (second is not None and second.record.status is not PageStatus.FAILED):
            return better(page, second)
        self.to_rescue.append(page_no)
        return page

    def _stored(self, page_key: str) -> Page | None:
        try:
            return Page.model_validate_json(self._store.get(page_key))
        except (ObjectNotFound, ValidationError):
            return None


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
            store.put_file(target, scratch[name].path, content_type, compress=layout.is_handed_on(target))
            streams[name].detach()  # type: ignore[attr-defined]


def _text(scratch: ScratchFile) -> TextIO:
    return TextIOWrapper(scratch.file, encoding="utf-8", newline="\n")


def _spooled(spool: BinaryIO) -> Iterator[Page]:
    spool.seek(0)
    return (Page.model_validate_json(line) for line in spool)


def _with_figures(pages: Iterator[Page], key: CacheKey, store: ObjectStore) -> Iterator[Page]:
    """Numbers the images of the document's pictures and gives each its place among the outputs."""
    numbers = count(1)
    for page in pages:
        blocks = (b if b.figure is None else _with_figure(b, next(numbers), key, store) for b in page.blocks)
        yield page.model_copy(update={"blocks": tuple(blocks)})


def _with_figure(block: Block, number: int, key: CacheKey, store: ObjectStore) -> Block:
    name = layout.figure(number)
    store.copy(layout.page_figure(key, block.figure or ""), layout.draft(key, name))
    return block.model_copy(update={"figure": name})


def _publish_partial(store: ObjectStore, key: CacheKey, summary: MergeSummary) -> None:
    """What a failed run has saved, where `/status` links to it; the summary is the mark and comes last."""
    delete_all(store, layout.partial(key))
    prefix = layout.draft(key)
    for info in list(store.list(prefix)):
        store.copy(info.key, layout.partial(key, info.key[len(prefix) :]))
    put_model(store, layout.partial(key, layout.SUMMARY), summary)


def _failures(tally: Tally) -> str:
    told = ", ".join(map(str, tally.failed[:10])) + (", …" if len(tally.failed) > 10 else "")
    return f"{len(tally.failed)} of {len(tally.pages)} pages failed (pages {told})."


if __name__ == "__main__":
    sys.exit(step_main(MERGE, run))
