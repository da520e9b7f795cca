from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.route import route_page
from pdf_parser.domain.shard import ShardLimits, ShardPlan, plan_shards

kinds = st.lists(st.sampled_from(PageKind), min_size=1, max_size=300)


def profiles_of(kinds: list[PageKind]) -> list[PageProfile]:
    return [PageProfile(page=i, width=595, height=842, kind=kind) for i, kind in enumerate(kinds, start=1)]


def plan(kinds: list[PageKind], limits: ShardLimits):
    return plan_shards(profiles_of(kinds), lambda p: route_page(p, "auto"), limits, pdf_key=lambda i: f"shards/{i}")


@given(kinds, st.integers(1, 80), st.floats(0.5, 60))
def test_every_page_is_in_exactly_one_shard(kinds, max_pages, seconds):
    shards = plan(kinds, ShardLimits(target_seconds=seconds, max_pages=max_pages))
    assert sorted(page for shard in shards for page in shard.pages) == list(range(1, len(kinds) + 1))
    assert all(list(shard.pages) == sorted(shard.pages) for shard in shards)
    assert [shard.index for shard in shards] == list(range(len(shards)))


@given(kinds, st.integers(1, 20))
def test_the_number_of_shards_is_capped(kinds, max_shards):
    shards = plan(kinds, ShardLimits(max_pages=1, max_shards=max_shards))
    assert len(shards) <= max(max_shards, len(set(kinds)))


def test_pages_of_one_kind_are_taken_together():
    shards = plan([PageKind.DIGITAL, PageKind.SCANNED] * 5, ShardLimits())
    assert [shard.pages for shard in shards] == [(1, 3, 5, 7, 9), (2, 4, 6, 8, 10)]


def test_shards_are_even():
    shards = plan([PageKind.DIGITAL] * 65, ShardLimits(max_pages=64, target_seconds=1000))
    assert [len(shard.pages) for shard in shards] == [32, 33]


def test_slow_pages_make_small_shards():
    shards = plan([PageKind.SCANNED] * 10, ShardLimits(target_seconds=20))
    assert max(len(shard.pages) for shard in shards) == 5


def test_a_page_knows_its_place_in_the_shard_pdf():
    shard = plan([PageKind.DIGITAL, PageKind.SCANNED, PageKind.DIGITAL], ShardLimits())[0]
    assert (shard.pdf_page(1), shard.pdf_page(3)) == (1, 2)
    assert shard.model_copy(update={"whole_document": True}).pdf_page(3) == 3


def test_lanes_list_their_shards():
    pages = profiles_of([PageKind.DIGITAL])
    shards = plan([PageKind.DIGITAL], ShardLimits())
    whole = ShardPlan(page_count=1, pages=(1,), profiles=tuple(pages), shards=tuple(shards))
    assert (whole.indices(Lane.CPU), whole.indices(Lane.GPU)) == ([0], [])
