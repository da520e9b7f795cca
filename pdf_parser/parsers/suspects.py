"""The pages that one parser has still to make.

After a failure the batch that it happened in is retried in halves, until the page that is to blame stands alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pdf_parser.parsers.base import PageInput


@dataclass(frozen=True)
class Group:
    """Pages to parse in one go, up to `batch_size` of them together. Never empty."""

    items: tuple[PageInput, ...]
    batch_size: int

    @property
    def batch(self) -> tuple[PageInput, ...]:
        """What may be under way when the first page has not come yet."""
        return self.items[: self.batch_size]


class Todo:
    def __init__(self, items: Sequence[PageInput], batch_size: int) -> None:
        self.groups: deque[Group] = deque()
        self._put(tuple(items), max(1, batch_size))

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def first(self) -> PageInput:
        return self.groups[0].items[0]

    @property
    def pages(self) -> list[PageInput]:
        return [item for group in self.groups for item in group.items]

    @property
    def suspects(self) -> tuple[PageInput, ...]:
        return self.groups[0].batch

    def done(self) -> None:
        """The first page is made, or given up."""
        group = self.groups.popleft()
        self._put(group.items[1:], group.batch_size)

    def halve(self) -> None:
        """The suspects in two groups, a lone one in its own; what comes behind them keeps its batch size."""
        group = self.groups.popleft()
        suspects, others = group.batch, group.items[group.batch_size :]
        half = (len(suspects) + 1) // 2
        self._put(others, group.batch_size)
        self._put(suspects[half:], half)
        self._put(suspects[:half], half)

    def lower(self) -> None:
        """Half as many pages at once, for all that is left: memory does not grow back."""
        most = max(1, len(self.suspects) // 2)
        self.groups = deque(Group(group.items, min(group.batch_size, most)) for group in self.groups)

    def _put(self, items: tuple[PageInput, ...], batch_size: int) -> None:
        if items:
            self.groups.appendleft(Group(items, batch_size))
