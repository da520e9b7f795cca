"""Expressions of `retryStrategy.expression` and `{{=…}}`: the part of expr-lang that workflows use.

A Pratt parser turns the text into a closure, once; evaluating calls it with the variables.
Precedences are expr-lang's (parser/operator/operator.go).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from pipelines.local.language.errors import ExpressionError, MissingVariable
from pipelines.local.language.functions import FUNCTIONS
from pipelines.local.language.operators import BINARY, negative, truth
from pipelines.local.language.tokens import Token, tokenize

Variables = Mapping[str, object]
Evaluate = Callable[[Variables], object]

_TERNARY = 5
_PRECEDENCE = (
    {"||": 10, "or": 10, "&&": 15, "and": 15}
    | dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not", "matches"), 20)
    | {"+": 30, "-": 30, "*": 60, "/": 60, "%": 60, "**": 100, "^": 100, "??": 500, "?": _TERNARY}
)
_RIGHT = ("**", "^")
_NOT, _SIGN = 50, 90
_WORDS: dict[str, object] = {"true": True, "false": False, "nil": None}


@lru_cache(maxsize=1024)
def compile_expression(text: str) -> Evaluate:
    """Raises ExpressionError when the text does not parse."""
    return _Parser(tokenize(text), text).parse()


def evaluate(text: str, variables: Variables) -> object:
    """Raises MissingVariable for a name without value, ExpressionError for anything else that is wrong."""
    return compile_expression(text)(variables)


class _Parser:
    def __init__(self, tokens: list[Token], text: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._text = text

    def parse(self) -> Evaluate:
        result = self._expression(0)
        if self._peek.kind != "end":
            raise self._unexpected()
        return result

    # --- operators --------------------------------------------------------------------------------------------------
    def _expression(self, binding: int) -> Evaluate:
        left = self._unary()
        while (precedence := self._next_precedence()) > binding:
            name = self._advance().text
            if name == "?":
                left = self._ternary(left)
            else:
                if name == "not":
                    self._expect("in")
                    name = "not in"
                right = self._expression(precedence - 1 if name in _RIGHT else precedence)
                left = _binary(name, left, right)
        return left

    def _next_precedence(self) -> int:
        token = self._peek
        return _PRECEDENCE.get(token.text, 0) if token.kind in ("operator", "name") else 0

    def _ternary(self, condition: Evaluate) -> Evaluate:
        then = self._expression(0)
        self._expect(":")
        otherwise = self._expression(_TERNARY - 1)
        return lambda v: then(v) if truth(condition(v)) else otherwise(v)

    def _unary(self) -> Evaluate:
        if self._take("!") or self._take("not"):
            inner = self._expression(_NOT)
            return lambda v: not truth(inner(v))
        if self._take("-"):
            inner = self._expression(_SIGN)
            return lambda v: negative(inner(v))
        if self._take("+"):
            return self._expression(_SIGN)
        return self._postfix(self._primary())

    # --- operands ---------------------------------------------------------------------------------------------------
    def _primary(self) -> Evaluate:
        token = self._advance()
        if token.kind == "string":
            return _constant(token.text)
        if token.kind == "number":
            return _constant(_number(token.text))
        if token.kind == "name":
            return self._name(token.text)
        if token.text == "(":
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token.text == "[":
            elements = self._list("]")
            return lambda v: [element(v) for element in elements]
        if token.text == "{":
            return self._map()
        raise self._unexpected(token)

    def _name(self, name: str) -> Evaluate:
        if self._take("("):
            return self._call(name)
        return _constant(_WORDS[name]) if name in _WORDS else lambda v: _lookup(v, name, name)

    def _call(self, name: str) -> Evaluate:
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"unknown function {name} in {self._text!r}")
        arguments = self._list(")")
        return lambda v: _apply(name, function, [argument(v) for argument in arguments])

    def _map(self) -> Evaluate:
        entries: list[tuple[str, Evaluate]] = []
        while not self._take("}"):
            key = self._advance().text
            self._expect(":")
            entries.append((key, self._expression(0)))
            if self._peek.text != "}":
                self._expect(",")
        return lambda v: {key: value(v) for key, value in entries}

    def _list(self, closing: str) -> list[Evaluate]:
        elements: list[Evaluate] = []
        while not self._take(closing):
            elements.append(self._expression(0))
            if self._peek.text != closing:
                self._expect(",")
        return elements

    def _postfix(self, target: Evaluate) -> Evaluate:
        while True:
            if self._take("."):
                target = _member(target, _constant(self._advance().text))
            elif self._take("?."):
                target = _optional(_member(target, _constant(self._advance().text)))
            elif self._take("["):
                target = _member(target, self._expression(0))
                self._expect("]")
            else:
                return target

    # --- tokens -----------------------------------------------------------------------------------------------------
    @property
    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _advance(self) -> Token:
        token = self._peek
        if token.kind != "end":
            self._at += 1
        return token

    def _take(self, text: str) -> bool:
        found = self._peek.kind in ("operator", "name") and self._peek.text == text
        if found:
            self._advance()
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected()

    def _unexpected(self, token: Token | None = None) -> ExpressionError:
        return ExpressionError(f"unexpected {(token or self._peek).text or 'end'!r} in {self._text!r}")


def _constant(value: object) -> Evaluate:
    return lambda _: value


def _number(text: str) -> object:
    if text.lower().startswith("0x"):
        return int(text, 16)
    return float(text) if any(mark in text for mark in ".eE") else int(text)


def _binary(name: str, left: Evaluate, right: Evaluate) -> Evaluate:
    if name in ("||", "or"):
        return lambda v: truth(left(v)) or truth(right(v))
    if name in ("&&", "and"):
        return lambda v: truth(left(v)) and truth(right(v))
    if name == "??":
        optional = _optional(left)
        return lambda v: right(v) if (value := optional(v)) is None else value
    operate = BINARY[name]
    return lambda v: operate(left(v), right(v))


def _optional(target: Evaluate) -> Evaluate:
    def attempt(variables: Variables) -> object:
        try:
            return target(variables)
        except MissingVariable:
            return None

    return attempt


def _member(target: Evaluate, key: Evaluate) -> Evaluate:
    def access(variables: Variables) -> object:
        container, name = target(variables), key(variables)
        if isinstance(container, Mapping):
            return _lookup(container, name, str(name))
        if isinstance(container, list) and isinstance(name, int) and -len(container) <= name < len(container):
            return container[name]
        raise ExpressionError(f"cannot take {name!r} of {container!r}")

    return access


def _lookup(container: Mapping[str, object], key: object, name: str) -> object:
    if isinstance(key, str) and key in container:
        return container[key]
    raise MissingVariable(name)


def _apply(name: str, function: Callable[..., object], arguments: list[object]) -> object:
    try:
        return function(*arguments)
    except TypeError as exc:
        raise ExpressionError(f"{name} cannot take {len(arguments)} arguments") from exc
