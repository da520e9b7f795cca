"""Query parameters of Kubernetes and Argo: label selectors, and `fields`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.fake_argo.answers import INVALID, Refusal

Choice = Callable[[Mapping[str, Any]], bool]
_TERM = re.compile(r"^([^=!\s]+)\s*(!=|==?)\s*([^=!\s]*)$")


def read_selector(query: Mapping[str, str]) -> Choice:
    """Of documents: by `listOptions.labelSelector` (=, !=) and `listOptions.fieldSelector` (metadata.name=…)."""
    labels = _terms(query.get("listOptions.labelSelector", ""))
    fields = _terms(query.get("listOptions.fieldSelector", ""))

    def chosen(document: Mapping[str, Any]) -> bool:
        found = document["metadata"].get("labels") or {}
        by_label = all((found.get(name) == value) is equal for name, equal, value in labels)
        return by_label and all(
            (document["metadata"]["name"] == value) is equal for name, equal, value in fields if name == "metadata.name"
        )

    return chosen


def _terms(text: str) -> list[tuple[str, bool, str]]:
    terms = []
    for term in filter(None, text.split(",")):
        match = _TERM.match(term.strip())
        if not match:
            raise Refusal(400, INVALID, f"unable to parse requirement: {term!r}")
        terms.append((match[1], match[2] != "!=", match[3]))
    return terms


def clean(document: Any, fields: str, prefix: str = "") -> Any:
    """`fields` is "a.b,c" for only these, or "-a.b,c" for all but these. As in Argo's util/fields."""
    if not fields:
        return document
    names = {name.removeprefix(prefix) for name in fields.removeprefix("-").split(",")}
    return _clean(document, names, fields.startswith("-"), ())


def _clean(item: Any, names: set[str], exclude: bool, path: tuple[str, ...]) -> Any:
    if isinstance(item, list):
        return [_clean(part, names, exclude, path) for part in item]
    if not isinstance(item, dict):
        return item
    kept = {}
    for key, value in item.items():
        here = ".".join((*path, key))
        is_named = here in names
        if exclude and not is_named:
            kept[key] = _clean(value, names, exclude, (*path, key))
        elif not exclude and (is_named or any(name.startswith(here + ".") for name in names)):
            kept[key] = value if is_named else _clean(value, names, exclude, (*path, key))
    return kept
