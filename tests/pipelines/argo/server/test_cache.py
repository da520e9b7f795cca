from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipelines.argo.server.cache import RunCache
from tests.clocks import HandClock

PHASES = (None, "Pending", "Running", "Succeeded", "Failed")


def run(version: int, phase: str | None = "Running", name: str = "a") -> dict:
    status = {"phase": phase} if phase else {}
    return {"metadata": {"name": name, "resourceVersion": str(version)}, "spec": {}, "status": status}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def cache(clock) -> RunCache:
    return RunCache(finished_kept_s=60, finished_kept=3, clock=clock)


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(PHASES)), min_size=1))
def test_the_newest_version_wins_in_any_order(news):
    cache = RunCache()
    for version, phase in news:
        cache.put(run(version, phase))
    entry = cache.get("a")
    assert entry is not None and entry.version == max(version for version, _ in news)


def test_an_old_deletion_deletes_nothing(cache):
    cache.put(run(5))
    cache.drop("a", 4)
    assert cache.get("a") is not None
    cache.drop("a", 6)
    cache.drop("a", 7)
    assert cache.get("a") is None and len(cache) == 0


def test_finished_runs_are_kept_for_a_while(cache, clock):
    cache.put(run(1, "Succeeded"))
    clock.now += 61
    cache.put(run(2, name="b"))
    assert (cache.get("a"), len(cache)) == (None, 1)


def test_of_finished_runs_only_the_last_are_kept(cache):
    cache.put(run(1, name="live"))
    for n in range(10):
        cache.put(run(2 + n, "Failed", f"run-{n}"))
    assert len(cache) == 4 and cache.get("live") and cache.get("run-9") and not cache.get("run-6")


def test_a_retried_run_is_unfinished_again(cache, clock):
    cache.put(run(1, "Failed"))
    cache.put(run(2, None))
    clock.now += 100
    cache.put(run(3, name="b"))
    assert cache.get("a") is not None and cache.unfinished() == (1, 2)


def test_a_list_drops_what_has_ended_unseen(cache):
    for name, version, phase in (("gone", 1, "Running"), ("done", 2, "Succeeded"), ("new", 9, "Running")):
        cache.put(run(version, phase, name))
    cache.keep_unfinished({"other"}, 5)
    assert [cache.get(name) is not None for name in ("gone", "done", "new")] == [False, True, True]


def test_followers_are_told_of_their_run_only(cache):
    with cache.following("a") as a, cache.following("b") as b:
        cache.put(run(1))
        assert (a.is_set(), b.is_set()) == (True, False)
        a.clear()
        cache.put(run(0))
        assert not a.is_set()
        cache.drop("a", 2)
        assert a.is_set()
    assert not cache._followers
