"""Why an event could not be delivered."""

from __future__ import annotations


class Undelivered(Exception):
    """The message is shown to operators, so no URL with a query is in it. `for_good`: another try makes no sense."""

    def __init__(self, reason: str, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
