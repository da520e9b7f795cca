"""Text as every output can carry it: no control characters, no halves of surrogate pairs, one kind of line break."""

from __future__ import annotations

import re

_LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def whole_characters(text: str) -> str:
    """Half a surrogate pair, which UTF-8 cannot write, becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def plain(text: str) -> str:
    """Without control characters; every line break, whatever its kind, is "\\n"."""
    return _CONTROL.sub("", _LINE_BREAK.sub("\n", whole_characters(text)))


def tidy(text: str) -> str:
    """Plain, without empty lines and without white space around lines."""
    return "\n".join(line for raw in plain(text).split("\n") if (line := raw.strip()))


def one_line(text: str) -> str:
    return " ".join(plain(text).split())
