"""The functions an expression may call, and how its result is written into a text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.operators import is_number


def as_int(value: object) -> int:
    try:
        return int(value) if isinstance(value, (int, float, str)) else _refuse("int", value)
    except (ValueError, OverflowError) as exc:
        raise ExpressionError(f"{value!r} is not an integer") from exc


def as_float(value: object) -> float:
    try:
        return float(value) if isinstance(value, (int, float, str)) else _refuse("float", value)
    except ValueError as exc:
        raise ExpressionError(f"{value!r} is not a number") from exc


def to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def length(value: object) -> int:
    return len(value) if isinstance(value, (str, list, Mapping)) else _refuse("len", value)


def render(value: object) -> str:
    """As Go's %v writes it: 16.0 as 16, true, <nil>; lists and maps as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    return "<nil>" if value is None else str(value) if is_number(value) else to_json(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def _refuse(name: str, value: object) -> Any:
    raise ExpressionError(f"{name} cannot take {value!r}")


def _numbers(name: str, choose: Callable[..., object]) -> Callable[..., object]:
    def apply(*values: object) -> object:
        return choose(values) if values and all(map(is_number, values)) else _refuse(name, values)

    return apply


FUNCTIONS: dict[str, Callable[..., object]] = {
    "asInt": as_int,
    "asFloat": as_float,
    "int": as_int,
    "float": as_float,
    "string": render,
    "toJson": to_json,
    "len": length,
    "min": _numbers("min", min),
    "max": _numbers("max", max),
}
