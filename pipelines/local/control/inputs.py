"""What a template is given when it runs: argument, else the input's value, else its default (common.ProcessArgs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import Scope, Unresolved, is_pure_reference, substitute
from pipelines.local.spec.model import Input, Template


def resolve_inputs(template: Template, arguments: Mapping[str, str], scope: Scope) -> dict[str, Any] | None:
    """`inputs` of the node, or None for a template without. Raises ExpressionError for what has no value.

    An argument that is nothing but a reference to an output that does not exist gives way to the input's default.
    """
    if not template.inputs:
        return None
    return {"parameters": [_resolved(parameter, arguments, scope) for parameter in template.inputs]}


def _resolved(parameter: Input, arguments: Mapping[str, str], scope: Scope) -> dict[str, str]:
    default = {} if parameter.default is None else {"default": parameter.default}
    return {"name": parameter.name, **default, "value": _value(parameter, arguments, scope)}


def _value(parameter: Input, arguments: Mapping[str, str], scope: Scope) -> str:
    text = arguments.get(parameter.name)
    if text is not None:
        try:
            return str(substitute(text, scope))
        except Unresolved:
            if parameter.is_required or not is_pure_reference(text):
                raise
    fallback = parameter.value if parameter.value is not None else parameter.default
    if fallback is None:
        raise ExpressionError(f"inputs.parameters.{parameter.name} was not supplied")
    return str(substitute(fallback, scope))
