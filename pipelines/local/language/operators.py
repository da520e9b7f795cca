"""What expr-lang's operators do with values: numbers, strings, booleans, nil, lists and maps."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.local.language.errors import ExpressionError


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def truth(value: object) -> bool:
    """There is no truthiness: only a boolean is one."""
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"{value!r} is not a bool")


def equal(left: object, right: object) -> bool:
    """False across types, but 1 == 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def contains(item: object, collection: object) -> bool:
    if isinstance(collection, list):
        return any(equal(item, element) for element in collection)
    if isinstance(collection, Mapping):
        return item in collection
    raise ExpressionError(f"operator in cannot search {collection!r}")


def matches(text: object, pattern: object) -> bool:
    """Go's regular expressions are a subset of Python's for what retry expressions need."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        raise ExpressionError("operator matches wants two strings")
    try:
        return re.search(pattern, text) is not None
    except re.error as exc:
        raise ExpressionError(f"bad regular expression {pattern!r}: {exc}") from exc


def add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return _arithmetic("+", operator.add)(left, right)


def divide(left: object, right: object) -> object:
    return _arithmetic("/", _true_division)(left, right)


def remainder(left: object, right: object) -> object:
    """The sign follows the left side, as in Go."""
    if not (isinstance(left, int) and isinstance(right, int) and right):
        raise ExpressionError(f"operator % cannot take {left!r} and {right!r}")
    return int(math.fmod(left, right))


def power(left: object, right: object) -> object:
    """A float even of two integers, as in expr-lang."""
    return _arithmetic("**", lambda a, b: float(a) ** float(b))(left, right)


def negative(value: object) -> object:
    return _arithmetic("-", operator.sub)(0, value)


def _arithmetic(name: str, function: Callable[[Any, Any], object]) -> Callable[[object, object], object]:
    def apply(left: object, right: object) -> object:
        if not (is_number(left) and is_number(right)):
            raise ExpressionError(f"operator {name} cannot take {left!r} and {right!r}")
        try:
            return function(left, right)
        except ArithmeticError as exc:
            raise ExpressionError(f"{left!r} {name} {right!r}: {exc}") from exc

    return apply


def _ordering(name: str, function: Callable[[Any, Any], bool]) -> Callable[[object, object], object]:
    def apply(left: object, right: object) -> object:
        same = (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str))
        if not same:
            raise ExpressionError(f"operator {name} cannot compare {left!r} and {right!r}")
        return function(left, right)

    return apply


def _true_division(left: float, right: float) -> float:
    """Go divides floats without complaint."""
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left)


BINARY: dict[str, Callable[[object, object], object]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": _ordering("<", operator.lt),
    "<=": _ordering("<=", operator.le),
    ">": _ordering(">", operator.gt),
    ">=": _ordering(">=", operator.ge),
    "in": contains,
    "not in": lambda left, right: not contains(left, right),
    "matches": matches,
    "+": add,
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": divide,
    "%": remainder,
    "**": power,
    "^": power,
}
