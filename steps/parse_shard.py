"""Parse the pages of one shard. Each page is stored when it is finished; pages that are there already are skipped.

A page that failed before is tried again, and keeps the story of what was tried: an earlier attempt of the pod may have
left it for want of memory.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.ledger import Attempt, PageRecord
from pdf_parser.domain.rescue import RescuePlan
from pdf_parser.domain.shard import Shard, ShardPlan
from pdf_parser.errors import ObjectNotFound
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.fallback import parse_pages
from pdf_parser.parsers.pdfium_figures import page_figures
from pdf_parser.storage.base import ObjectStore
from pdf_parser.utils.scratch import scratch_file
from steps.contracts import PARSE_SHARD
from steps.entrypoint import Context, Values, step_main
from steps.events import tell_progress
from steps.objects import download_to, put_model


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    plan = ShardPlan.model_validate_json(context.store.get(layout.plan(key)))
    index = int(inputs["shard"])
    if index < len(plan.shards):
        parse_shard(plan, plan.shards[index], Place(key), context)
        tell_progress(key, plan, context)
    else:
        rescue = RescuePlan.model_validate_json(context.store.get(layout.rescue_plan(key)))
        parse_shard(plan, rescue.shards[index - len(plan.shards)], Place(key, is_rescue=True), context)
    return {}


@dataclass(frozen=True)
class Place:
    """Where pages and figures are put; those of a rescue beside the first ones."""

    key: CacheKey
    is_rescue: bool = False

    def page(self, page_no: int) -> str:
        return layout.rescued_page(self.key, page_no) if self.is_rescue else layout.page(self.key, page_no)

    def figure_name(self, block: Block) -> str:
        return f"rescued-{block.id}.png" if self.is_rescue else f"{block.id}.png"


def parse_shard(plan: ShardPlan, shard: Shard, place: Place, context: Context) -> None:
    """Raises OutOfMemory when all is done but pages that a pod with more memory may make."""
    stored = {page_no: _stored(context.store, place.page(page_no)) for page_no in shard.pages}
    todo = {n: record.tried if record else () for n, record in stored.items() if not _is_finished(record)}
    done = len(shard.pages) - len(todo)
    context.progress.report(done, len(shard.pages))
    if done:
        logger.info("shard {}: {} pages were finished before", shard.index, done)
    for page in _parse(plan, shard, todo, place, context) if todo else ():
        put_model(context.store, place.page(page.page), _routed(page, shard.reason))
        done += 1
        context.progress.report(done, len(shard.pages))


def _routed(page: Page, why: str) -> Page:
    return page.model_copy(update={"record": page.record.model_copy(update={"route": why})})


def _stored(store: ObjectStore, page_key: str) -> PageRecord | None:
    try:
        return Page.model_validate_json(store.get(page_key)).record
    except (ObjectNotFound, ValidationError):
        return None


def _is_finished(record: PageRecord | None) -> bool:
    """A page that failed before, or for which an engine was missing, is not finished: it is tried again."""
    return record is not None and record.is_final


def _parse(
    plan: ShardPlan, shard: Shard, todo: Mapping[int, tuple[Attempt, ...]], place: Place, context: Context
) -> Iterator[Page]:
    profiles = {profile.page: profile for profile in plan.profiles}
    inputs = [PageInput(profiles[page_no], shard.pdf_page(page_no), tried) for page_no, tried in todo.items()]
    with scratch_file() as scratch:
        download_to(context.store, shard.pdf_key, scratch.file)
        settings, required, pod = context.settings, shard.required, context.pod
        for page in parse_pages(scratch.path, inputs, shard.parsers, settings, required=required, pod=pod):
            yield _with_figures(page, scratch.path, shard.pdf_page(page.page), place, context)


def _with_figures(page: Page, pdf: Path, position: int, place: Place, context: Context) -> Page:
    """The page with the names of its pictures' images, which are stored before the page itself."""
    if not context.settings.figures:
        return page
    names = {}
    for block, image in page_figures(pdf, position, page, context.settings):
        names[block.id] = place.figure_name(block)
        context.store.put(layout.page_figure(place.key, names[block.id]), image, "image/png")
    blocks = (block.model_copy(update={"figure": names.get(block.id)}) for block in page.blocks)
    return page.model_copy(update={"blocks": tuple(blocks)})


if __name__ == "__main__":
    sys.exit(step_main(PARSE_SHARD, run))
