"""Semaphores and mutexes: who holds which, who waits, and in which order the waiting get theirs.

Order is priority, then age. The first of that order is the first in every queue it stands in, so that nobody waits in
a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NAMESPACE = "local"


@dataclass(frozen=True)
class Holder:
    """A workflow, or one of its nodes. The smallest `rank` is served first."""

    workflow: str
    node: str = ""
    rank: tuple[int, str, int] = field(
        default=(0, "", 0), compare=False
    )  # minus priority, creation, number of the node

    @property
    def key(self) -> str:
        return "/".join(part for part in (NAMESPACE, self.workflow, self.node) if part)


@dataclass(frozen=True)
class Waiting:
    """The first lock that was not to be had, and Argo's words for it."""

    lock: str
    message: str


@dataclass
class _Queue:
    """`slots[i]` is the holder of slot i, or None."""

    slots: list[Holder | None]
    waiting: set[Holder] = field(default_factory=set)

    @property
    def free(self) -> int:
        return self.slots.count(None)

    @property
    def is_used(self) -> bool:
        return bool(self.waiting) or self.free < len(self.slots)

    def is_turn_of(self, holder: Holder) -> bool:
        return holder in sorted(self.waiting, key=lambda h: (h.rank, h.workflow, h.node))[: self.free]


class Locks:
    """`sizes` maps "config-map/key" to the number of slots of that semaphore."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self._sizes = sizes
        self._queues: dict[str, _Queue] = {}

    def acquire(self, holder: Holder, locks: Sequence[str]) -> Waiting | None:
        """All of the locks or none; None means that the holder has them (already)."""
        queues = {lock: self._queue(lock) for lock in locks}
        wanted = {lock: queue for lock, queue in queues.items() if holder not in queue.slots}
        for queue in wanted.values():
            queue.waiting.add(holder)
        for lock, queue in wanted.items():
            if not queue.is_turn_of(holder):
                return Waiting(lock, f"Waiting for {lock} lock. Lock status: {queue.free}/{len(queue.slots)}")
        for queue in wanted.values():
            queue.waiting.discard(holder)
            queue.slots[queue.slots.index(None)] = holder
        return None

    def release(self, holder: Holder) -> set[str]:
        """Gives back all that the holder has or waits for. Returns the workflows that may now get their turn."""
        touched = [queue for queue in self._queues.values() if holder in queue.slots or holder in queue.waiting]
        for queue in touched:
            queue.waiting.discard(holder)
            queue.slots = [None if slot == holder else slot for slot in queue.slots]
        self._queues = {lock: queue for lock, queue in self._queues.items() if queue.is_used}
        return {waiting.workflow for queue in touched if queue.free for waiting in queue.waiting}

    def of(self, workflow: str) -> set[Holder]:
        """All holders, waiting ones too, that belong to the workflow."""
        everyone = (h for queue in self._queues.values() for h in (*queue.slots, *queue.waiting))
        return {holder for holder in everyone if holder is not None and holder.workflow == workflow}

    def slot(self, holder: Holder, lock: str) -> int | None:
        """Which of the slots the holder has; None when there is only one, or the holder has none."""
        slots = self._queue(lock).slots
        return slots.index(holder) if len(slots) > 1 and holder in slots else None

    def restore(self, holder: Holder, lock: str) -> None:
        """After a restart: what the document says was held is held again, as long as there are slots."""
        queue = self._queue(lock)
        if holder not in queue.slots and queue.free:
            queue.slots[queue.slots.index(None)] = holder

    def describe(self, workflow: str) -> dict[str, Any]:
        """`status.synchronization` of one workflow."""
        semaphores = _described(self._about(workflow, "/ConfigMap/"), "semaphore", many=True)
        mutexes = _described(self._about(workflow, "/Mutex/"), "mutex", many=False)
        return {name: part for name, part in (("semaphore", semaphores), ("mutex", mutexes)) if part}

    def _about(self, workflow: str, kind: str) -> dict[str, tuple[_Queue, list[Holder], bool]]:
        """Lock → its queue, what of it the workflow holds, and whether the workflow waits for it."""
        found = {}
        for lock, queue in self._queues.items():
            holding = [slot for slot in queue.slots if slot is not None and slot.workflow == workflow]
            waits = any(holder.workflow == workflow for holder in queue.waiting)
            if kind in lock and (holding or waits):
                found[lock] = (queue, holding, waits)
        return found

    def _queue(self, lock: str) -> _Queue:
        size = self._sizes.get(lock.partition("/ConfigMap/")[2], 1)
        return self._queues.setdefault(lock, _Queue([None] * size))


def lock_name(kind: str, name: str) -> str:
    return f"{NAMESPACE}/{kind}/{name}"


def _described(
    about: Mapping[str, tuple[_Queue, list[Holder], bool]], word: str, many: bool
) -> dict[str, list[dict[str, Any]]]:
    def entry(lock: str, holders: Iterable[Holder | None]) -> dict[str, Any]:
        keys = [holder.key for holder in holders if holder is not None]
        return {"holders": keys, word: lock} if many else {"holder": keys[0] if keys else "", word: lock}

    holding = [entry(lock, mine) for lock, (_, mine, _) in about.items() if mine]
    waiting = [entry(lock, queue.slots) for lock, (queue, _, waits) in about.items() if waits]
    return {name: part for name, part in (("holding", holding), ("waiting", waiting)) if part}


def held_in(document: Mapping[str, Any]) -> Collection[tuple[str, str]]:
    """Pairs of holder key and lock that a document says were held; the reverse of `describe`."""
    found: list[tuple[str, str]] = []
    for word, part in ((document.get("status") or {}).get("synchronization") or {}).items():
        for entry in part.get("holding") or ():
            found += [(key, entry[word]) for key in entry.get("holders") or [entry.get("holder", "")]]
    return found
