"""merge plans a rescue for bad pages, and behind it every page is in the document exactly once, the better of two."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings as profile_of, strategies as st

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.document import Block, BlockKind, Page, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.rescue import RescuePlan
from pdf_parser.domain.shard import Rescue, Shard, ShardPlan
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from steps import merge
from steps.contracts import EXPRESS, PREPARE, PUBLISH
from steps.entrypoint import Context
from steps.objects import put_model
from steps.progress import Progress
from steps.stage import run_stage
from tests.pdfs import simple_pdf

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
INPUTS = {"cache-key": str(KEY), "rescued": "false"}
AGAIN = INPUTS | {"rescued": "true"}


def made(page_no: int, parser: str, score: float) -> Page:
    text = f"Page {page_no} as {parser} reads it."
    box = BBox(x0=1, y0=1, x1=2, y1=2)
    block = Block(id=block_id(page_no, 1), kind=BlockKind.PARAGRAPH, page=page_no, bbox=box, text=text, parser=parser)
    faults = ("bad glyphs",) if score < 0.6 else ()
    status = PageStatus.FAILED if score == 0 else PageStatus.OK
    record = PageRecord(page=page_no, kind=PageKind.DIGITAL, status=status, parser=parser, score=score, faults=faults)
    return Page(page=page_no, width=9, height=9, blocks=(block,), record=record)


def prepare(context: Context, scores: list[float], rescue: bool = True) -> None:
    """One shard in the lane docling; pages that come out badly go to marker."""
    numbers = tuple(range(1, len(scores) + 1))
    shard = Shard(
        index=0,
        lane=Lane.DOCLING,
        parsers=("docling", "pdfium"),
        reason="",
        pages=numbers,
        estimated_s=1,
        pdf_key="x",
        rescue=Rescue(lane=Lane.MARKER, parsers=("marker",), seconds_per_page=1) if rescue else None,
    )
    profiles = tuple(PageProfile(page=n, width=9, height=9, kind=PageKind.DIGITAL) for n in numbers)
    plan = ShardPlan(page_count=len(numbers), pages=numbers, profiles=profiles, shards=(shard,))
    put_model(context.store, layout.plan(KEY), plan)
    for page_no, score in zip(numbers, scores, strict=True):
        put_model(context.store, layout.page(KEY, page_no), made(page_no, "docling", score))


def rescued(context: Context, scores: dict[int, float]) -> None:
    for page_no, score in scores.items():
        put_model(context.store, layout.rescued_page(KEY, page_no), made(page_no, "marker", score))


def ledger(context: Context) -> dict[int, PageRecord]:
    lines = context.store.get(layout.draft(KEY, layout.LEDGER)).splitlines()
    records = [PageRecord.model_validate_json(line) for line in lines]
    assert len({r.page for r in records}) == len(records)
    return {r.page: r for r in records}


def test_bad_pages_are_planned_for_the_other_lane_and_nothing_is_merged(context):
    prepare(context, [1.0, 0.2, 1.0])
    outputs = merge.run(INPUTS, context)
    assert (outputs["rescue"], outputs["rescue-marker"], outputs["rescue-docling"]) == ("true", "[1]", "[]")
    plan = RescuePlan.model_validate_json(context.store.get(layout.rescue_plan(KEY)))
    assert [(s.index, s.pages, s.parsers) for s in plan.shards] == [(1, (2,), ("marker",))]
    assert list(context.store.list(layout.draft(KEY))) == []


def test_without_bad_pages_or_another_lane_there_is_no_rescue(context):
    for scores, rescue in (([1.0, 1.0], True), ([1.0, 0.2], False)):
        prepare(context, scores, rescue)
        assert merge.run(INPUTS, context)["rescue"] == "false"
        assert len(ledger(context)) == 2
    assert context.store.head(layout.rescue_plan(KEY)) is None


def test_the_rescued_page_is_in_the_document_and_the_first_one_is_kept(context):
    prepare(context, [1.0, 0.2])
    rescued(context, {2: 0.9})
    assert merge.run(AGAIN, context)["rescue"] == "false"
    assert ledger(context)[2].reason == "rescued from docling: bad glyphs"
    assert b"Page 2 as marker" in context.store.get(layout.draft(KEY, layout.DOCUMENT_MD))
    assert b"docling" in context.store.get(layout.page(KEY, 2))


def test_a_rescue_that_left_nothing_is_marked(context):
    prepare(context, [1.0, 0.2])
    merge.run(AGAIN, context)
    assert (ledger(context)[2].parser, ledger(context)[2].reason) == ("docling", "its rescue failed")


def test_pages_that_were_rescued_before_are_not_planned_again(context):
    prepare(context, [0.2, 0.2])
    rescued(context, {1: 0.9})
    assert merge.run(INPUTS, context)["rescue"] == "true"
    plan = RescuePlan.model_validate_json(context.store.get(layout.rescue_plan(KEY)))
    assert [shard.pages for shard in plan.shards] == [(2,)]


SCORES = st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0])


@profile_of(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SCORES, min_size=1, max_size=12), st.data())
def test_every_page_is_in_the_result_once_and_the_better_of_two(scores, data):
    second = data.draw(st.dictionaries(st.integers(1, len(scores)), SCORES))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(max_page_failure_ratio=1)
        context = Context(FolderStore(Path(folder)), settings, Progress())
        prepare(context, scores)
        outputs = merge.run(INPUTS, context)
        bad = [n for n, score in enumerate(scores, start=1) if score < 0.6]
        assert (outputs["rescue"] == "true") is bool(bad)
        rescued(context, {n: score for n, score in second.items() if n in bad})
        merge.run(AGAIN, context)
        records = ledger(context)
    assert list(records) == list(range(1, len(scores) + 1))
    for page_no, score in enumerate(scores, start=1):
        wins = page_no in bad and second.get(page_no, 0.0) > score
        assert records[page_no].parser == ("marker" if wins else "docling")


def test_publish_stops_at_the_plan_of_the_rescue(context):
    prepare(context, [0.2])
    values = run_stage(PUBLISH, {**INPUTS, "task-id": "t", "options": "{}"}, context)
    assert values["rescue"] == "true" and "result-key" not in values


def test_an_express_pod_hands_over_nothing_but_the_rescue(context, tmp_path):
    with_docling = replace(context, settings=context.settings.model_copy(update={"backends": "docling"}))
    (tmp_path / "a.pdf").write_bytes(simple_pdf(1))
    inputs = {"task-id": "t", "source": (tmp_path / "a.pdf").as_uri(), "options": '{"mode": "fast"}'}
    key = CacheKey.parse(run_stage(PREPARE, inputs, with_docling)["cache-key"])
    put_model(context.store, layout.page(key, 1), made(1, "pdfium", 0.2))
    values = run_stage(EXPRESS, inputs, with_docling)
    assert (values["handed-over"], values["rescue"]) == ("true", "true")
    assert json.loads(values["cpu-shards"]) == [] and json.loads(values["rescue-docling"]) == [1]
