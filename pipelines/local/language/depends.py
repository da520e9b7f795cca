"""`depends`: when a task may start, by the results of others (workflow/common/ancestry.go).

A bare name means Succeeded, Skipped or Daemoned; `dependencies: [A, B]` is `A && B`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.local.language.errors import ExpressionError

_TOKEN = re.compile(
    r"\s*(?:(?P<result>[a-zA-Z0-9][-a-zA-Z0-9]*\.[A-Z][a-zA-Z]+)|(?P<task>[a-zA-Z0-9][-a-zA-Z0-9]*)|(?P<op>&&|\|\||[!()]))"
)
_PHASES = {"Succeeded": "Succeeded", "Failed": "Failed", "Errored": "Error", "Skipped": "Skipped", "Omitted": "Omitted"}
_BARE = ("Succeeded", "Skipped")


@dataclass(frozen=True)
class TaskResult:
    """How a task ended: its node's phase and, of a fan-out, the phases of its members."""

    phase: str
    members: tuple[str, ...] = ()


Results = Mapping[str, TaskResult]
_Condition = Callable[[Results], bool]


@dataclass(frozen=True)
class Depends:
    """`tasks` are all those named, in order of mention: each must have ended before the condition is asked."""

    tasks: tuple[str, ...]
    holds: _Condition


def parse_depends(text: str) -> Depends:
    """Raises ExpressionError when the text does not parse or asks for a result that does not exist."""
    parser = _Parser(text)
    condition = parser.parse()
    return Depends(tuple(dict.fromkeys(parser.tasks)), condition)


def from_dependencies(names: Sequence[str]) -> Depends:
    return parse_depends(" && ".join(names))


class _Parser:
    def __init__(self, text: str) -> None:
        self.tasks: list[str] = []
        self._text = text
        self._tokens = _tokenize(text)
        self._at = 0

    def parse(self) -> _Condition:
        condition = self._or()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return condition

    def _or(self) -> _Condition:
        sides = [self._and()]
        while self._take("||"):
            sides.append(self._and())
        return sides[0] if len(sides) == 1 else lambda results: any(side(results) for side in sides)

    def _and(self) -> _Condition:
        sides = [self._operand()]
        while self._take("&&"):
            sides.append(self._operand())
        return sides[0] if len(sides) == 1 else lambda results: all(side(results) for side in sides)

    def _operand(self) -> _Condition:
        if self._take("!"):
            inner = self._operand()
            return lambda results: not inner(results)
        if self._take("("):
            inner = self._or()
            if not self._take(")"):
                raise self._unexpected()
            return inner
        if self._at == len(self._tokens) or self._tokens[self._at] in ("&&", "||", ")"):
            raise self._unexpected()
        self._at += 1
        return self._task(*self._tokens[self._at - 1].partition(".")[::2])

    def _task(self, task: str, result: str) -> _Condition:
        self.tasks.append(task)
        if not result:
            return lambda results: results[task].phase in _BARE
        if result in _PHASES:
            return lambda results: results[task].phase == _PHASES[result]
        if result == "AnySucceeded":
            return lambda results: "Succeeded" in results[task].members
        if result == "AllFailed":
            return lambda results: bool(results[task].members) and set(results[task].members) == {"Failed"}
        if result == "Daemoned":
            return lambda results: False
        raise ExpressionError(f"task result '{result}' for task '{task}' is invalid")

    def _take(self, text: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == text
        self._at += found
        return found

    def _unexpected(self) -> ExpressionError:
        found = self._tokens[self._at] if self._at < len(self._tokens) else "end"
        return ExpressionError(f"unexpected {found!r} in depends '{self._text}'")


def _tokenize(text: str) -> list[str]:
    tokens: list[str] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"unexpected {text[position:].strip()[:1]!r} in depends '{text}'")
        tokens.append(match[0].strip())
        position = match.end()
    return tokens
