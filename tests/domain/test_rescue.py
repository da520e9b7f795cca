from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.document import Page
from pdf_parser.domain.lanes import Deployment, Lane
from pdf_parser.domain.ledger import Attempt, Outcome, PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.rescue import better, plan_rescue
from pdf_parser.domain.route import route_page
from pdf_parser.domain.shard import Shard, ShardLimits, plan_shards

DEPLOYMENT = Deployment.read("docling,marker")


def shards_of(kinds: list[PageKind], max_pages: int) -> list[Shard]:
    profiles = [PageProfile(page=i, width=595, height=842, kind=kind) for i, kind in enumerate(kinds, start=1)]
    limits = ShardLimits(max_pages=max_pages)
    return plan_shards(profiles, lambda p: route_page(p, "auto", deployment=DEPLOYMENT), limits, str)


def made(parser: str, score: float, *faults: str, status: PageStatus = PageStatus.OK, **record) -> Page:
    told = PageRecord(page=1, kind=PageKind.SCANNED, status=status, parser=parser, score=score, faults=faults, **record)
    return Page(page=1, width=1, height=1, record=told)


@given(st.lists(st.sampled_from(PageKind), min_size=1, max_size=80), st.integers(1, 20), st.data())
def test_every_bad_page_that_somebody_may_mend_is_in_exactly_one_shard(kinds, max_pages, data):
    shards = shards_of(kinds, max_pages)
    bad = data.draw(st.sets(st.integers(1, len(kinds))))
    rescue = plan_rescue(shards, bad, ShardLimits(max_pages=max_pages)).shards
    wanted = sorted(p for p in bad if kinds[p - 1] is not PageKind.BLANK)  # a blank page goes to nobody else
    assert sorted(page for shard in rescue for page in shard.pages) == wanted
    assert [shard.index for shard in rescue] == list(range(len(shards), len(shards) + len(rescue)))
    assert all(shard.lane is Lane.MARKER and len(shard.pages) <= max_pages for shard in rescue)


@given(st.lists(st.sampled_from([PageKind.DIGITAL, PageKind.SCANNED]), min_size=2, max_size=40), st.data())
def test_a_rescued_page_is_found_in_the_file_of_its_first_shard(kinds, data):
    first = {page: shard for shard in shards_of(kinds, 7) for page in shard.pages}
    bad = data.draw(st.sets(st.integers(1, len(kinds)), min_size=1))
    for shard in plan_rescue(list(dict.fromkeys(first.values())), bad, ShardLimits()).shards:
        for page in shard.pages:
            old = first[page]
            assert (shard.pdf_key, shard.pdf_page(page)) == (old.pdf_key, old.pdf_page(page))


def test_the_better_page_is_kept_with_the_story_of_both():
    killed = Attempt(parser="docling", outcome=Outcome.KILLED)
    record = better(made("docling", 0.1, "empty though ink", tried=(killed,), attempts=2), made("marker", 1.0)).record
    assert (record.parser, record.reason) == ("marker", "rescued from docling: empty though ink")
    assert [(a.parser, a.outcome) for a in record.tried] == [("docling", Outcome.KILLED), ("docling", Outcome.POOR)]
    assert record.attempts == 3


def test_a_failed_page_is_rescued_for_its_reason():
    failed = made("docling", 0.0, "failed", status=PageStatus.FAILED, reason="docling: it crashed")
    assert better(failed, made("marker", 0.9)).record.reason == "rescued from docling: docling: it crashed"


def test_the_first_page_stays_when_the_second_is_no_better():
    record = better(made("docling", 0.4, "bad glyphs"), made("marker", 0.4, "text missing")).record
    assert (record.parser, record.reason, record.attempts) == ("docling", "marker did no better: text missing", 2)


def test_the_first_page_stays_when_the_rescue_failed():
    record = better(made("docling", 0.4, "bad glyphs", reason="it was slow"), None).record
    assert (record.parser, record.reason) == ("docling", "its rescue failed; it was slow")
