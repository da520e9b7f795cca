"""The plan: which pages are parsed together, in which lane, by which chain of parsers, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.profile import PageProfile


class Rescue(Model):
    """Who gets a page that came out badly: parsers of another lane, in the order in which they are tried."""

    lane: Lane
    parsers: tuple[str, ...]
    seconds_per_page: float


class Route(Model):
    """Where a page goes: the lane, the parsers to try there in order, who comes after them, and the reason in words.

    `required`: the caller asked for the first parser by name, so it must be there; else the next one may stand in.
    """

    lane: Lane
    parsers: tuple[str, ...]
    required: bool = False
    seconds_per_page: float
    reason: str
    rescue: Rescue | None = None


class Shard(Model):
    """Pages of the document (absolute numbers, ascending) that one pod parses.

    `pdf_key` holds just these pages in this order, or the whole document when `whole_document` is true, or `pdf_pages`.
    """

    index: NonNegativeInt
    lane: Lane
    parsers: tuple[str, ...]
    required: bool = False
    reason: str
    pages: tuple[PositiveInt, ...]
    estimated_s: float
    pdf_key: str
    whole_document: bool = False
    rescue: Rescue | None = None
    pdf_pages: tuple[PositiveInt, ...] | None = None

    def pdf_page(self, page_no: int) -> int:
        """Where an absolute page stands in the PDF at `pdf_key`, 1-based."""
        return page_no if self.whole_document else (self.pdf_pages or self.pages).index(page_no) + 1


class ShardPlan(Model):
    """Everything that is known before parsing. `pages` are the pages asked for, ascending."""

    page_count: PositiveInt
    pages: tuple[PositiveInt, ...]
    profiles: tuple[PageProfile, ...]
    shards: tuple[Shard, ...]

    def indices(self, lane: Lane) -> list[int]:
        return indices(self.shards, lane)


def indices(shards: Iterable[Shard], lane: Lane) -> list[int]:
    return [s.index for s in shards if s.lane is lane]


class ShardLimits(Model):
    """`target_seconds` of parsing per shard: long against a pod's start (4 s, research/argo_measured.md §1)."""

    target_seconds: float = 20.0
    max_pages: PositiveInt = 64
    max_shards: PositiveInt = 200


def plan_shards(
    profiles: Sequence[PageProfile],
    route: Callable[[PageProfile], Route],
    limits: ShardLimits,
    pdf_key: Callable[[int], str],
) -> list[Shard]:
    """Cuts the pages into shards of one route each; every page is in exactly one shard, shards start in page order.

    Pages of the same route are taken together even when others lie between them, so that five scanned pages in a
    book are one shard and not five.
    """
    by_route: dict[Route, list[int]] = {}
    for profile in profiles:
        by_route.setdefault(route(profile), []).append(profile.page)
    groups = _cut(by_route, limits)
    groups.sort(key=lambda group: group[1][0])
    return [
        Shard(
            index=i,
            lane=r.lane,
            parsers=r.parsers,
            required=r.required,
            reason=r.reason,
            pages=tuple(pages),
            estimated_s=r.seconds_per_page * len(pages),
            pdf_key=pdf_key(i),
            rescue=r.rescue,
        )
        for i, (r, pages) in enumerate(groups)
    ]


def _cut(by_route: dict[Route, list[int]], limits: ShardLimits) -> list[tuple[Route, list[int]]]:
    stretch = 1.0
    while True:
        groups = [
            (r, chunk)
            for r, pages in by_route.items()
            for chunk in even_chunks(pages, math.ceil(pages_per_shard(r.seconds_per_page, limits) * stretch))
        ]
        if len(groups) <= max(limits.max_shards, len(by_route)):
            return groups
        stretch *= 1.5


def pages_per_shard(seconds_per_page: float, limits: ShardLimits) -> int:
    return max(1, min(limits.max_pages, int(limits.target_seconds / seconds_per_page)))


def even_chunks(pages: list[int], at_most: int) -> list[list[int]]:
    """65 pages at 64 are 33 and 32, not 64 and 1."""
    n = math.ceil(len(pages) / at_most)
    bounds = [round(i * len(pages) / n) for i in range(n + 1)]
    return [pages[a:b] for a, b in pairwise(bounds)]
