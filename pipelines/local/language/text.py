"""`{{…}}` in the texts of a workflow: a variable, or an expression after `=` (util/template in Argo).

One pass: what a value brings in is never looked at again, so a caller's text cannot smuggle in a variable. A tag
without value stays as it is (a later pass may know it), but `tasks.…` must resolve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pipelines.local.language.errors import ExpressionError, MissingVariable
from pipelines.local.language.expression import evaluate
from pipelines.local.language.functions import render

Scope = Mapping[str, str]
_OPEN, _CLOSE = "{{", "}}"
_STRICT = ("tasks.", "steps.")

Parts = tuple["str | Parts", ...]  # a str is literal text, a tuple the content of one tag, which may nest


class Unresolved(ExpressionError):
    """A text refers to the output of a task that has none."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"failed to resolve {{{{{tag}}}}}")
        self.tag = tag


def substitute(value: Any, scope: Scope) -> Any:
    """The same JSON value with every tag in its strings replaced. Raises Unresolved and ExpressionError."""
    if isinstance(value, str):
        return _render(_parse(value), scope) if _OPEN in value else value
    if isinstance(value, list):
        return [substitute(element, scope) for element in value]
    if isinstance(value, dict):
        return {key: substitute(element, scope) for key, element in value.items()}
    return value


def references(value: Any) -> Iterator[str]:
    """The content of every tag in the strings of a JSON value, outermost first; an expression begins with `=`."""
    if isinstance(value, str):
        yield from (_source(part).strip() for part in _parse(value) if not isinstance(part, str))
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from references(element)
    elif isinstance(value, dict):
        yield from references(list(value.values()))


def is_pure_reference(text: str) -> bool:
    """True when the text is one tag and nothing else."""
    parts = _parse(text.strip())
    return len(parts) == 1 and not isinstance(parts[0], str)


def nested(scope: Scope) -> dict[str, object]:
    """`{"inputs.parameters.x": "1"}` as `{"inputs": {"parameters": {"x": "1"}}}`: how expressions see variables."""
    root: dict[str, object] = {}
    for name in sorted(scope):
        *path, last = name.split(".")
        place = root
        for step in path:
            child = place.setdefault(step, {})
            if not isinstance(child, dict):  # both `item` and `item.k` exist: the simple one wins
                break
            place = child
        else:
            place.setdefault(last, scope[name])
    return root


@lru_cache(maxsize=4096)
def _parse(text: str) -> Parts:
    parts, _ = _parts(text, 0, closing=False)
    return parts


def _parts(text: str, position: int, closing: bool) -> tuple[Parts, int]:
    """Parts up to the end of the text or, inside a tag, to its `}}`; the position behind is -1 when that is missing."""
    parts: list[str | Parts] = []
    start = position
    while position < len(text):
        if closing and text.startswith(_CLOSE, position):
            return (*parts, text[start:position]), position + len(_CLOSE)
        if text.startswith(_OPEN, position):
            tag, after = _parts(text, position + len(_OPEN), closing=True)
            if after > 0:
                parts += [text[start:position], tag]
                start = position = after
                continue
        position += 1
    return tuple(p for p in (*parts, text[start:]) if p != ""), -1 if closing else position


def _render(parts: Parts, scope: Scope) -> str:
    return "".join(part if isinstance(part, str) else _tag(part, scope) for part in parts)


def _tag(content: Parts, scope: Scope) -> str:
    name = _render(content, scope).strip()
    if name.startswith("="):
        return _expression(name, scope)
    if name in scope:
        return scope[name]
    if name.startswith(_STRICT):
        raise Unresolved(name)
    return f"{{{{{_source(content)}}}}}"


def _expression(name: str, scope: Scope) -> str:
    try:
        return render(evaluate(name[1:], nested(scope)))
    except MissingVariable:
        return f"{{{{{name}}}}}"


def _source(content: Parts) -> str:
    return "".join(part if isinstance(part, str) else f"{{{{{_source(part)}}}}}" for part in content)
