"""`when`: the part of govaluate that Argo lets a task use (workflow/controller/steps.go, shouldExecute).

Every bare word is a string, numbers are floats. `==` across types is false, `<` across types is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.tokens import unquote

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))
    | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?![.A-Za-z0-9_]))
    | (?P<operator>==|!=|>=|<=|=~|!~|&&|\|\||[><!(),-])
    )""",
    re.VERBOSE,
)
_HINT = '(hint: try wrapping the affected expression in quotes ("))'
_WORDS: dict[str, object] = {"true": True, "false": False}

_Token = tuple[str, object]  # kind and value; the value of an operator is its text
_END: _Token = ("end", "")


def should_execute(text: str) -> bool:
    """Raises ExpressionError when the text does not parse or does not give a boolean; an empty text is true."""
    if not text.strip():
        return True
    try:
        result = _Parser(_tokenize(text)).parse()
    except ExpressionError as exc:
        raise ExpressionError(f"Invalid 'when' expression '{text}': {exc}") from exc
    if not isinstance(result, bool):
        raise ExpressionError(f"Expected boolean evaluation for '{text}'. Got {result}")
    return result


def _tokenize(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"Invalid token {_HINT}")
        tokens.append(_token(match))
        position = match.end()
    return [*tokens, _END]


def _token(match: re.Match[str]) -> _Token:
    if match["number"] is not None:
        text = match["number"]
        return "value", float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)
    if match["string"] is not None:
        return "value", unquote(match["string"])
    if match["word"] is not None:
        return ("operator", "in") if match["word"] == "in" else ("value", _WORDS.get(match["word"], match["word"]))
    return "operator", match["operator"]


class _Parser:
    """Evaluates while it reads: there are no variables and no side effects."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def parse(self) -> object:
        result = self._or()
        if self._tokens[self._at] != _END:
            raise ExpressionError(f"Unexpected {self._tokens[self._at][1]!r} {_HINT}")
        return result

    def _or(self) -> object:
        result = self._and()
        while self._take("||"):
            right = self._and()
            result = _truth(result) | _truth(right)
        return result

    def _and(self) -> object:
        result = self._comparison()
        while self._take("&&"):
            right = self._comparison()
            result = _truth(result) & _truth(right)
        return result

    def _comparison(self) -> object:
        result = self._value()
        while (name := self._take(*_COMPARATORS)) or self._take("in"):
            result = _COMPARATORS[name](result, self._value()) if name else _member(result, self._items())
        return result

    def _value(self) -> object:
        if self._take("!"):
            return not _truth(self._value())
        if self._take("-"):
            return -_number(self._value())
        if self._take("("):
            result = self._or()
            self._expect(")")
            return result
        kind, value = self._tokens[self._at]
        if kind != "value":
            raise ExpressionError(f"Unexpected {value or 'end of expression'!r}")
        self._at += 1
        return value

    def _items(self) -> list[object]:
        self._expect("(")
        items = [self._or()]
        while self._take(","):
            items.append(self._or())
        self._expect(")")
        return items

    def _take(self, *names: str) -> str | None:
        kind, value = self._tokens[self._at]
        if kind != "operator" or value not in names:
            return None
        self._at += 1
        return str(value)

    def _expect(self, name: str) -> None:
        if not self._take(name):
            raise ExpressionError(f"Expected {name!r}")


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ExpressionError(f"Value '{value}' cannot be used with a logical operator, it is not a bool")


def _number(value: object) -> float:
    if isinstance(value, float):
        return value
    raise ExpressionError(f"Value '{value}' cannot be used with the modifier '-', it is not a number")


def _equal(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


def _member(item: object, items: list[object]) -> bool:
    return any(_equal(item, element) for element in items)


def _search(text: object, pattern: object) -> bool:
    if not isinstance(text, str) or not isinstance(pattern, str):
        raise ExpressionError(f"Value '{text}' cannot be used with the comparator '=~', it is not a string")
    try:
        return re.search(pattern, text) is not None
    except re.error as exc:
        raise ExpressionError(f"Bad regular expression '{pattern}': {exc}") from exc


def _order(left: object, right: object) -> int:
    if isinstance(left, float) and isinstance(right, float):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    raise ExpressionError(f"Values '{left}' and '{right}' cannot be compared")


_COMPARATORS: dict[str, Callable[[object, object], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": lambda left, right: _order(left, right) < 0,
    "<=": lambda left, right: _order(left, right) <= 0,
    ">": lambda left, right: _order(left, right) > 0,
    ">=": lambda left, right: _order(left, right) >= 0,
    "=~": _search,
    "!~": lambda left, right: not _search(left, right),
}
