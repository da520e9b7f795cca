"""GET /tasks: newest first, page by page, nothing twice and nothing lost, at a bounded cost."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from api.records_by_time import stretches
from api.task_id import milliseconds_of, new_task_id, task_id
from pdf_parser.domain import layout
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.run import RunOutcome, RunState, TaskRecord
from pdf_parser.storage.folder import FolderStore

NOW = datetime.now(timezone.utc)


@pytest.fixture
def record(store):
    """Puts the record of a run that failed an hour after it began `age_h` hours ago."""

    def put(age_h, parser="auto", tags=(), state=RunState.FAILED):
        created = NOW - timedelta(hours=age_h)
        made = TaskRecord(
            task_id=new_task_id(created),
            source="s3://b/k",
            options=ParseOptions(parser=parser),
            tags=tags,
            created_at=created,
            outcome=RunOutcome(state=state, finished_at=created + timedelta(hours=1)),
        )
        store.put(layout.task(made.task_id), made.model_dump_json().encode())
        return made.task_id

    return put


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [task["task_id"] for task in answer.json()["tasks"]]


def listed(api, **params):
    """All pages, one after the other."""
    found = []
    while True:
        answer = api.get("/tasks", params=params)
        found += ids(answer)
        if "next" not in answer.json():
            return found
        params["cursor"] = answer.json()["next"]


def test_an_empty_store_has_no_runs(api):
    assert api.get("/tasks").json() == {"tasks": []}


def test_the_newest_run_comes_first(api, record):
    old, middle, new = record(30), record(2), record(1)
    assert listed(api) == [new, middle, old]


def test_unfinished_runs_are_told_as_the_engine_sees_them(api, client):
    task_id = api.upload(tags=["a", "b"])
    client.advance(task_id)
    (task,) = api.get("/tasks").json()["tasks"]
    assert (task["task_id"], task["state"], task["tags"]) == (task_id, "running", ["a", "b"])
    assert task["links"]["cancel"] == f"/tasks/{task_id}"


def test_pages_follow_one_another_without_gap_or_double(api, record):
    all_ids = [record(hour / 7) for hour in range(50)]
    assert listed(api, limit=7) == sorted(all_ids, reverse=True)


def test_runs_that_come_meanwhile_do_not_disturb_the_pages(api, record):
    older = [record(hour) for hour in (1, 2, 3)]
    first = api.get("/tasks", params={"limit": 2})
    record(0.01)
    rest = api.get("/tasks", params={"limit": 2, "cursor": first.json()["next"]})
    assert ids(first) + ids(rest) == older


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "succeeded"}, ["b"]),
        ({"parser": "docling"}, ["c"]),
        ({"tag": "x"}, ["a", "b"]),
        ({"tag": "x", "state": "failed"}, ["a"]),
        ({"created_after": NOW - timedelta(hours=2.5)}, ["a", "b"]),
        ({"created_before": NOW - timedelta(hours=1.5)}, ["b", "c"]),
    ],
)
def test_filters_let_through_what_suits(api, record, wanted, found):
    made = {"a": record(1, tags=("x",)), "b": record(2, tags=("x", "y"), state=RunState.SUCCEEDED)}
    made["c"] = record(3, parser="docling")
    params = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in wanted.items()}
    assert listed(api, **params) == [made[name] for name in found]


def test_expired_runs_are_not_listed(api, record):
    record(50)
    assert listed(api) == []


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "x"},
        {"cursor": "../../etc"},
        {"limit": 0},
        {"limit": 101},
        {"state": "done"},
        {"tag": "a b"},
        {"created_after": "yesterday"},
        {"created_after": "4.5"},
        {"created_after": "2026-01-01T00:00:00"},
    ],
)
def test_what_cannot_be_right_is_refused(api, params):
    assert api.get("/tasks", params=params).json()["code"] == "InvalidOptions"


class Counting(FolderStore):
    """Counts what a page costs."""

    reads = listings = 0

    def open(self, key):
        self.reads += 1
        return super().open(key)

    def list(self, prefix):
        self.listings += 1
        return super().list(prefix)


def test_a_rare_filter_ends_a_page_early_instead_of_reading_everything(make_api, store, record):
    made = [record(n / 1000) for n in range(250)]
    counting = Counting(store.root)
    first = make_api(store=counting).get("/tasks", params={"tag": "rare"}).json()
    assert first["tasks"] == [] and first["next"] in made
    assert 0 < counting.reads <= 200


def test_empty_days_cost_few_listings(tmp_path):
    counting, week = Counting(tmp_path), 7 * 86_400_000
    assert list(stretches(counting, task_id(week, 0), 0, week)) == []
    assert 0 < counting.listings <= 20


@given(
    made=st.sets(st.integers(0, 10**9), max_size=12),
    start=st.integers(0, 10**9),
    length=st.integers(0, 10**9),
)
@settings(max_examples=40, deadline=None)
def test_every_id_of_the_time_is_found_once_newest_first(tmp_path_factory, made, start, length):
    store = FolderStore(tmp_path_factory.mktemp("store"))
    for ms in made:
        store.put(layout.task(task_id(ms, 7)), b"{}")
    end = start + length
    found = [name for stretch in stretches(store, task_id(end + 1, 0), start, end) for name in stretch.ids]
    assert found == [task_id(ms, 7) for ms in sorted(made, reverse=True) if start <= ms <= end]


@given(st.integers(0, 2**48))
def test_an_id_tells_its_time(ms):
    assert milliseconds_of(task_id(ms, 3)) == ms
