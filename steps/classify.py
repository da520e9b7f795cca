"""Profile the pages and plan the shards. The plan says for every page where it goes and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.options import AUTO, ParseOptions, select_pages
from pdf_parser.domain.profile import PageProfile
from pdf_parser.domain.route import route_page
from pdf_parser.domain.shard import Shard, ShardPlan, plan_shards
from pdf_parser.errors import CorruptPdf, ParserUnavailable
from pdf_parser.parsers.registry import parser_class
from pdf_parser.utils.guarded_pdf import GuardedPdf
from pdf_parser.utils.scratch import scratch_file
from pdf_parser.utils.secrets import pdf_password
from steps.contracts import CLASSIFY
from steps.entrypoint import Context, Values, step_main
from steps.objects import download_to, put_model
from steps.progress import Progress


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    options = ParseOptions.model_validate_json(inputs["options"])
    options = options.with_default_parser(context.settings.default_parser)
    if options.parser != AUTO:
        _require(options.parser, context)
    with scratch_file() as scratch:
        download_to(context.store, layout.source(key.sha256), scratch.file)
        pdf = GuardedPdf(scratch.path, pdf_password(options.password_ref, context.settings), context.settings)
        plan = _plan(key, pdf, options, context)
        plan = plan.model_copy(update={"shards": tuple(_with_pdf(s, plan, key, pdf, context) for s in plan.shards)})
    put_model(context.store, layout.plan(key), plan)
    logger.info("{} pages in {} shards", len(plan.pages), len(plan.shards))
    return {f"{lane.value}-shards": json.dumps(plan.indices(lane)) for lane in Lane}


def _require(parser: str, context: Context) -> None:
    """An unknown name is told now, not by every shard. Raises ParserUnavailable."""
    parser_class(parser)
    if context.settings.deployment().lacks(parser):
        raise ParserUnavailable(f"Parser {parser!r} is not deployed here. Name it in BACKENDS, or choose another.")


def _plan(key: CacheKey, pdf: GuardedPdf, options: ParseOptions, context: Context) -> ShardPlan:
    settings, deployment = context.settings, context.settings.deployment()
    page_count = pdf.page_count()
    pages = select_pages(options.pages, page_count, settings.max_pages)
    profiles = list(_reported(pdf.profiles(pages), len(pages), context.progress))
    shards = plan_shards(
        profiles,
        route=lambda profile: route_page(profile, options.parser, settings.ocr_engine, options.mode, deployment),
        limits=settings.shard_limits(),
        pdf_key=lambda shard: layout.shard_pdf(key, shard),
    )
    return ShardPlan(page_count=page_count, pages=tuple(pages), profiles=tuple(profiles), shards=tuple(shards))


def _reported(profiles: Iterable[PageProfile], total: int, progress: Progress) -> Iterator[PageProfile]:
    for done, profile in enumerate(profiles, start=1):
        yield profile
        progress.report(done, total)


def _with_pdf(shard: Shard, plan: ShardPlan, key: CacheKey, pdf: GuardedPdf, context: Context) -> Shard:
    """The shard with its PDF stored; a lone shard of an open document reads the source itself."""
    whole = shard.model_copy(update={"pdf_key": layout.source(key.sha256), "whole_document": True})
    if len(plan.shards) == 1 and pdf.password is None:
        return whole
    with scratch_file() as part:
        try:
            pdf.copy(shard.pages, part.path)
        except CorruptPdf as exc:
            if pdf.password is not None:
                raise
            logger.warning("shard {} reads the whole document, its pages cannot be copied: {}", shard.index, exc)
            return whole
        context.store.put_file(shard.pdf_key, part.path, "application/pdf")
    return shard


if __name__ == "__main__":
    sys.exit(step_main(CLASSIFY, run))
