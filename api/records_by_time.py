"""Task records newest first. A store lists keys in ascending order only, but ids begin with their time: so it is asked
for one stretch of time after the other, backwards, and never for all records there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.task_id import task_id, time_prefix
from pdf_parser.domain import layout
from pdf_parser.storage.base import ObjectStore

FINE, COARSE = 4, 5  # digits left open: a stretch of 32**4 ms is 17 minutes, one of 32**5 ms nine hours


@dataclass(frozen=True)
class Stretch:
    """`ids` newest first; everything newer than `floor` has then been looked at."""

    floor: str
    ids: list[str]


def stretches(store: ObjectStore, before: str, from_ms: int, to_ms: int) -> Iterator[Stretch]:
    """Ids below `before` of the milliseconds `from_ms` up to `to_ms`. Blocking; one listing per stretch.

    Nine hours in which nothing happened cost one listing.
    """
    for coarse in _backwards(from_ms, to_ms, COARSE):
        if next(iter(store.list(layout.TASKS + time_prefix(coarse, COARSE))), None) is None:
            continue
        last = coarse + 32**COARSE - 1
        for fine in _backwards(max(from_ms, coarse), min(to_ms, last), FINE):
            yield _stretch(store, before, fine, from_ms)


def _stretch(store: ObjectStore, before: str, begin_ms: int, from_ms: int) -> Stretch:
    floor = task_id(max(begin_ms, from_ms), 0)
    found = store.list(layout.TASKS + time_prefix(begin_ms, FINE))
    ids = [layout.task_id_of(info.key) for info in found]
    return Stretch(floor, sorted((name for name in ids if floor <= name < before), reverse=True))


def _backwards(from_ms: int, to_ms: int, open_digits: int) -> range:
    """The beginnings of all stretches from `to_ms` back to `from_ms`."""
    size = 32**open_digits
    return range(to_ms // size * size, from_ms // size * size - 1, -size)
