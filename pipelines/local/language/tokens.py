"""Splits the text of an expr-lang expression into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.local.language.errors import ExpressionError

Kind = Literal["number", "string", "name", "operator", "end"]

_PATTERN = re.compile(
    r"""\s*(?:
      (?P<number>0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*)?\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?)
    | (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)
    | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    | (?P<operator>\*\*|\|\||&&|==|!=|<=|>=|\?\?|\?\.|\?|[-+*/%^!<>()\[\]{},.:])
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(frozen=True)
class Token:
    """`text` of a string is its value, without quotes and escapes."""

    kind: Kind
    text: str


def tokenize(text: str) -> list[Token]:
    """Raises ExpressionError at the first character that begins no token."""
    tokens: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _PATTERN.match(text, position)
        if match is None:
            raise ExpressionError(f"unrecognized character {text[position:].lstrip()[:1]!r} in {text!r}")
        tokens.append(_token(match))
        position = match.end()
    return [*tokens, Token("end", "")]


def _token(match: re.Match[str]) -> Token:
    if match["string"] is not None:
        return Token("string", unquote(match["string"]))
    if match["number"] is not None:
        return Token("number", match["number"].replace("_", ""))
    return Token("name", match["name"]) if match["name"] is not None else Token("operator", match["operator"])


def unquote(literal: str) -> str:
    """The value of a quoted literal; a backtick string has no escapes."""
    body = literal[1:-1]
    if literal.startswith("`"):
        return body
    return re.sub(r"\\u([0-9a-fA-F]{4})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else _unescape(m[2]), body)


def _unescape(character: str) -> str:
    return _ESCAPES.get(character, character)
