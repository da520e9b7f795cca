"""Who gets a slot, and in which order."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pipelines.local.control.locks import Holder, Locks, Waiting, held_in, lock_name

GPU = lock_name("ConfigMap", "limits/gpu")
DOC = lock_name("Mutex", "doc-a")


def holder(number: int, priority: int = 0, workflow: str = "run") -> Holder:
    return Holder(workflow, f"{workflow}-{number}", (-priority, "2026", number))


def test_a_semaphore_has_as_many_slots_as_configured():
    locks = Locks({"limits/gpu": 2})
    waits = [locks.acquire(holder(n), [GPU]) for n in range(3)]
    assert waits[:2] == [None, None]
    assert waits[2] == Waiting(GPU, "Waiting for local/ConfigMap/limits/gpu lock. Lock status: 0/2")


def test_a_mutex_has_one():
    locks = Locks({})
    assert locks.acquire(holder(0), [DOC]) is None
    assert locks.acquire(holder(1), [DOC]) == Waiting(DOC, "Waiting for local/Mutex/doc-a lock. Lock status: 0/1")


def test_asking_again_changes_nothing():
    locks = Locks({"limits/gpu": 1})
    assert locks.acquire(holder(0), [GPU]) is locks.acquire(holder(0), [GPU]) is None
    assert locks.acquire(holder(1), [GPU]) == locks.acquire(holder(1), [GPU])


def test_priority_goes_before_age():
    locks = Locks({"limits/gpu": 1})
    locks.acquire(holder(0), [GPU])
    for waiting in (holder(1), holder(2, priority=5, workflow="urgent")):
        locks.acquire(waiting, [GPU])
    assert locks.release(holder(0)) == {"run", "urgent"}
    assert locks.acquire(holder(1), [GPU]) is not None
    assert locks.acquire(holder(2, priority=5, workflow="urgent"), [GPU]) is None


def test_all_locks_or_none():
    locks = Locks({"limits/gpu": 1})
    locks.acquire(holder(0), [DOC])
    waiting = locks.acquire(holder(1), [GPU, DOC])
    assert waiting is not None and waiting.lock == DOC
    assert locks.slot(holder(1), GPU) is None
    locks.release(holder(0))
    assert locks.acquire(holder(1), [GPU, DOC]) is None


def test_one_who_waits_no_longer_leaves_the_queue():
    locks = Locks({"limits/gpu": 1})
    for n in range(3):
        locks.acquire(holder(n), [GPU])
    locks.release(holder(1))
    locks.release(holder(0))
    assert locks.acquire(holder(2), [GPU]) is None


def test_slots_are_numbered_only_when_there_are_several():
    single, double = Locks({"limits/gpu": 1}), Locks({"limits/gpu": 2})
    for locks in (single, double):
        locks.acquire(holder(0), [GPU])
        locks.acquire(holder(1), [GPU])
    assert single.slot(holder(0), GPU) is None
    assert [double.slot(holder(n), GPU) for n in (0, 1, 2)] == [0, 1, None]


def test_the_document_tells_who_holds_and_who_waits():
    locks = Locks({"limits/gpu": 1})
    locks.acquire(holder(0, workflow="a"), [GPU])
    locks.acquire(holder(1, workflow="b"), [GPU])
    locks.acquire(Holder("a"), [DOC])
    assert locks.describe("a") == {
        "semaphore": {"holding": [{"holders": ["local/a/a-0"], "semaphore": GPU}]},
        "mutex": {"holding": [{"holder": "local/a", "mutex": DOC}]},
    }
    assert locks.describe("b") == {"semaphore": {"waiting": [{"holders": ["local/a/a-0"], "semaphore": GPU}]}}
    assert locks.describe("c") == {}


def test_what_was_held_is_held_again_after_a_restart():
    locks = Locks({"limits/gpu": 1})
    locks.acquire(holder(0), [GPU])
    locks.acquire(Holder("run"), [DOC])
    document = {"status": {"synchronization": locks.describe("run")}}
    assert sorted(held_in(document)) == [("local/run", DOC), ("local/run/run-0", GPU)]
    again = Locks({"limits/gpu": 1})
    again.restore(Holder("run", "run-0"), GPU)
    assert again.acquire(holder(0), [GPU]) is None
    assert again.acquire(holder(1), [GPU]) is not None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40), st.integers(1, 3))
def test_never_more_holders_than_slots_and_nobody_is_forgotten(moves, size):
    locks, wanting = Locks({"limits/gpu": size}), set()
    for number, wants in moves:
        if wants:
            wanting.add(number)
            locks.acquire(holder(number), [GPU])
        else:
            wanting.discard(number)
            locks.release(holder(number))
    having = {n for n in wanting if locks.acquire(holder(n), [GPU]) is None}
    having = {n for n in wanting if locks.acquire(holder(n), [GPU]) is None}
    assert len(having) == min(size, len(wanting))
