"""How far each step of a run has come, 0..1, read from its nodes. Exact fractions, so that no floor is one too low."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from api.nodes import Node, NodeTree
from pdf_parser.domain.ledger import PageCounts
from pdf_parser.domain.stages import (
    EXPRESS,
    MERGE,
    PARSE_SHARD,
    PREPARE,
    RESCUE,
    RESCUE_LISTS,
    SHARD_LISTS,
    STAGES,
    WEIGHTS,
    lane_of,
)

NONE, ALL = Fraction(0), Fraction(1)
ALMOST = Fraction(99, 100)


def step_fractions(nodes: NodeTree, shards: Shards) -> dict[str, Fraction]:
    """By step in the order of the run. A step without a node has not begun."""
    done = dict.fromkeys(WEIGHTS, NONE)
    for task in nodes.tasks:
        if task.steps != (PARSE_SHARD,):
            for step, fraction in _spread(task, nodes).items():
                done[step] = max(done[step], fraction)
    done[PARSE_SHARD] = max(done[PARSE_SHARD], shards.fraction)
    if wants_rescue(nodes):
        done[MERGE] = _merge_around(Shards.of_rescue(nodes).fraction, done[MERGE])
    return done


def wants_rescue(nodes: NodeTree) -> bool:
    """Whether merge has found bad pages and left the rest to the nested DAG. An express pod has handed it on."""
    return any(map(_has_planned_rescue, nodes))


def is_rescuing(nodes: NodeTree) -> bool:
    """Whether the bad pages are with their second parser: merge has not begun again."""
    return wants_rescue(nodes) and all(task.steps == (PARSE_SHARD,) for task in nodes.tasks if task.in_rescue)


def _has_planned_rescue(node: Node) -> bool:
    return node.phase == "Succeeded" and node.template != EXPRESS and node.outputs.get(RESCUE) == "true"


def _merge_around(rescue: Fraction, second: Fraction) -> Fraction:
    """Merge looks at the pages, waits for the rescue, and runs again: half, a quarter, a quarter of its share."""
    return Fraction(1, 2) + rescue / 4 + second / 4


def step_under_way(fractions: Mapping[str, Fraction], steps: Sequence[str]) -> str | None:
    """The first unfinished step, not before the last one that has begun; None when all are done."""
    begun = max((i for i, step in enumerate(steps) if fractions[step] > NONE), default=0)
    return next((step for step in steps[begun:] if fractions[step] < ALL), None)


def _spread(task: Node, nodes: NodeTree) -> dict[str, Fraction]:
    """A stage reports one number for all its steps: percent of the run passed, step by step."""
    steps = _steps_stood_for(task, nodes)
    points = _fraction(task, nodes) * sum(WEIGHTS[step] for step in steps)
    shares = {}
    for step in steps:
        shares[step] = min(ALL, max(NONE, points / WEIGHTS[step]))
        points -= WEIGHTS[step]
    return shares


def _steps_stood_for(task: Node, nodes: NodeTree) -> tuple[str, ...]:
    if any(_has_planned_rescue(attempt) for attempt in (task, *nodes.attempts(task))):
        return ()
    handed_over = task.template == EXPRESS and nodes.output("handed-over") == "true"
    return STAGES[PREPARE] if handed_over else task.steps


def _fraction(task: Node, nodes: NodeTree) -> Fraction:
    """Of a retried task what its last attempt has done; 1 is left to those that have succeeded."""
    attempts = nodes.attempts(task)
    if not attempts:
        return NONE
    last = attempts[-1]
    if "Succeeded" in (task.phase, last.phase):
        return ALL
    n, m = last.reported or (0, 0)
    return min(ALMOST, Fraction(n, m)) if m else NONE


@dataclass(frozen=True)
class Shards:
    """One fan-out over all lanes. The tuples are parallel; a shard that has named no page count has None in `pages`.

    A pod that does not report has 0/1 or 1/1, so one page cannot be told from no report: both are None.
    """

    expected: int | None
    pages: tuple[int | None, ...]
    done: tuple[Fraction, ...]
    lanes: tuple[str, ...]

    @classmethod
    def of(cls, nodes: NodeTree) -> Shards:
        return cls._of(nodes, [nodes.output(name) for name in SHARD_LISTS], in_rescue=False)

    @classmethod
    def of_rescue(cls, nodes: NodeTree) -> Shards:
        planned = next(filter(_has_planned_rescue, nodes), None)
        lists = [planned.outputs.get(name) for name in RESCUE_LISTS] if planned else []
        return cls._of(nodes, lists, in_rescue=True)

    @classmethod
    def _of(cls, nodes: NodeTree, lists: Sequence[str | None], in_rescue: bool) -> Shards:
        """`lists` of shards, as JSON, are all None before there is a plan."""
        tasks = [task for task in nodes.tasks if task.steps == (PARSE_SHARD,) and task.in_rescue is in_rescue]
        return cls(
            expected=None if all(text is None for text in lists) else sum(map(_length, lists)),
            pages=tuple(_pages(task, nodes) for task in tasks),
            done=tuple(_fraction(task, nodes) for task in tasks),
            lanes=tuple(lane_of(task.template) or "" for task in tasks),
        )

    @property
    def count(self) -> int:
        """All shards of the plan, also those without a node yet: the denominator does not grow with the fan-out."""
        return max(self.expected or 0, len(self.done))

    @property
    def fraction(self) -> Fraction:
        if self.count == 0:
            return NONE if self.expected is None else ALL
        known = [pages for pages in self.pages if pages]
        typical = Fraction(sum(known), len(known)) if known else ALL
        sizes = [Fraction(pages) if pages else typical for pages in self.pages]
        total = sum(sizes, NONE) + (self.count - len(sizes)) * typical
        return sum((size * done for size, done in zip(sizes, self.done, strict=True)), NONE) / total

    def page_counts(self) -> PageCounts | None:
        """None until every shard has named its pages."""
        known = [pages for pages in self.pages if pages]
        if not known or len(known) < self.count:
            return None
        by_lane: Counter[str] = Counter()
        for lane, pages, done in zip(self.lanes, known, self.done, strict=True):
            by_lane[lane] += int(pages * done)
        return PageCounts(total=sum(known), done=by_lane.total(), by_lane=dict(by_lane))


def _pages(task: Node, nodes: NodeTree) -> int | None:
    totals = [attempt.reported[1] for attempt in nodes.attempts(task) if attempt.reported]
    return max(totals) if totals and max(totals) > 1 else None


def _length(text: str | None) -> int:
    try:
        value = json.loads(text or "[]")
    except ValueError:
        return 0
    return len(value) if isinstance(value, list) else 0
