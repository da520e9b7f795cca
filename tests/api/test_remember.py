from __future__ import annotations

from api.remember import Remembered


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_value_is_remembered():
    memory = Remembered[str, int](size=2)
    memory.put("a", 0)
    assert (memory.get("a"), memory.get("b")) == (0, None)


def test_the_one_used_longest_ago_is_forgotten():
    memory = Remembered[str, int](size=2)
    memory.put("a", 1)
    memory.put("b", 2)
    memory.get("a")
    memory.put("c", 3)
    assert (memory.get("a"), memory.get("b"), memory.get("c"), len(memory)) == (1, None, 3, 2)


def test_an_old_value_is_forgotten():
    clock = Clock()
    memory = Remembered[str, int](size=2, ttl_s=60, clock=clock)
    memory.put("a", 1)
    clock.now = 59
    assert memory.get("a") == 1
    clock.now = 60
    assert memory.get("a") is None
    assert len(memory) == 0
