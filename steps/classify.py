"""Profile the pages and plan the shards. The plan says for every page where it goes and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.domain.profile import PageFacts, PageKind, PageProfile, profile_page
from pdf_parser.domain.route import route_page
from pdf_parser.domain.shard import Lane, Shard, ShardLimits, ShardPlan, plan_shards
from pdf_parser.errors import PdfParserError
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, call, stream
from pdf_parser.utils.pdf import copy_pages, measure_page, open_pdf
from pdf_parser.utils.scratch import scratch_file
from pdf_parser.utils.secrets import pdf_password
from steps.contracts import CLASSIFY
from steps.entrypoint import Context, Values, step_main
from steps.objects import download_to, put_model
from steps.progress import Progress

US_LETTER = (612.0, 792.0)  # stands in for the size of a page that cannot be measured


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    options = ParseOptions.model_validate_json(inputs["options"])
    chosen = options.parser if options.parser != "auto" else context.settings.default_parser
    if chosen != "auto":
        parser_class(chosen)  # an unknown name is told now, not by every shard
    with scratch_file() as scratch:
        download_to(context.store, layout.source(key.sha256), scratch.file)
        reader = _Reader(scratch.path, pdf_password(options.password_ref, context.settings), context.settings)
        plan = _plan(key, reader, options, chosen, context)
        plan = plan.model_copy(update={"shards": tuple(_with_pdf(s, plan, key, reader, context) for s in plan.shards)})
    put_model(context.store, layout.plan(key), plan)
    logger.info("{} pages in {} shards", len(plan.pages), len(plan.shards))
    return {
        "gpu-shards": json.dumps(plan.indices(Lane.GPU)),
        "cpu-shards": json.dumps(plan.indices(Lane.CPU)),
    }


def _plan(key: CacheKey, reader: _Reader, options: ParseOptions, parser: str, context: Context) -> ShardPlan:
    settings = context.settings
    page_count = reader.page_count()
    pages = select_pages(options.pages, page_count, settings.max_pages)
    profiles = list(reader.profiles(pages, context.progress))
    shards = plan_shards(
        profiles,
        route=lambda profile: route_page(profile, parser),
        limits=ShardLimits(
            target_seconds=settings.shard_target_seconds,
            max_pages=settings.shard_max_pages,
            max_shards=settings.max_shards,
        ),
        pdf_key=lambda shard: layout.shard_pdf(key, shard),
    )
    return ShardPlan(page_count=page_count, pages=tuple(pages), profiles=tuple(profiles), shards=tuple(shards))


def _with_pdf(shard: Shard, plan: ShardPlan, key: CacheKey, reader: _Reader, context: Context) -> Shard:
    """The shard with its PDF stored; a lone shard of an open document reads the source itself."""
    whole = shard.model_copy(update={"pdf_key": layout.source(key.sha256), "whole_document": True})
    if len(plan.shards) == 1 and reader.password is None:
        return whole
    with scratch_file() as part:
        try:
            reader.copy(shard.pages, part.path)
        except (ChildDied, ChildSilent, PdfParserError) as exc:
            if reader.password is not None:
                raise
            logger.warning("shard {} reads the whole document, its pages cannot be copied: {}", shard.index, exc)
            return whole
        context.store.put_file(shard.pdf_key, part.path, "application/pdf")
    return shard


class _Reader:
    """PDFium in child processes: one damaged page costs its own profile and nothing else."""

    def __init__(self, path: Path, password: str | None, settings: Settings) -> None:
        self.path = path
        self.password = password
        self.limits = Limits(memory_bytes=int(settings.parser_memory_bytes), silence_s=settings.page_timeout_s)

    def page_count(self) -> int:
        def count() -> bytes:
            with open_pdf(self.path, self.password) as pdf:
                return str(len(pdf)).encode()

        return int(call(count, self.limits))

    def copy(self, pages: Sequence[int], target: Path) -> None:
        call(lambda: copy_pages(self.path, self.password, pages, target) or b"", self.limits)

    def profiles(self, pages: Sequence[int], progress: Progress) -> Iterator[PageProfile]:
        """One profile per page, in order, also for pages that cannot be measured."""
        done = 0
        while done < len(pages):
            try:
                for facts in self._facts(pages[done:]):
                    yield profile_page(facts)
                    done += 1
                    progress.report(done, len(pages))
            except (ChildDied, ChildSilent, PdfParserError) as exc:
                reason = str(exc) or type(exc).__name__
                logger.warning("page {} cannot be measured: {}", pages[done], reason)
                yield _unknown(pages[done], reason)
                done += 1

    def _facts(self, pages: Sequence[int]) -> Iterator[PageFacts]:
        def measure() -> Iterator[bytes]:
            with open_pdf(self.path, self.password) as pdf:
                for page in pages:
                    yield measure_page(pdf, page).model_dump_json().encode()

        return (PageFacts.model_validate_json(data) for data in stream(measure, self.limits))


def _unknown(page: int, reason: str) -> PageProfile:
    width, height = US_LETTER
    return PageProfile(page=page, width=width, height=height, kind=PageKind.DIGITAL, note=f"not measured: {reason}")


if __name__ == "__main__":
    sys.exit(step_main(CLASSIFY, run))
