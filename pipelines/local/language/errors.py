"""What can be wrong with a text in one of the small languages. The engine turns it into a node in phase Error."""

from __future__ import annotations


class ExpressionError(ValueError):
    """The text does not parse, or its values do not fit its operators."""


class MissingVariable(ExpressionError):
    """The text names a variable that has no value (yet)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown name {name}")
        self.name = name
