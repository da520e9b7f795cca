"""`{{…}}`: what is replaced, what is left, and that a value is never taken for a template."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.text import Unresolved, is_pure_reference, nested, references, substitute

SCOPE = {
    "workflow.name": "run-1",
    "inputs.parameters.n": "2",
    "inputs.parameters.cache-key": "k",
    "tasks.a.outputs.parameters.x": "out",
    "item": "gpu",
    "map.gpu": "lane",
}

GOLDEN = [
    ("plain", "plain"),
    ("{{workflow.name}}", "run-1"),
    ("a{{ workflow.name }}b{{item}}", "arun-1bgpu"),
    ("{{tasks.a.outputs.parameters.x}} == false", "out == false"),
    ("{{map.{{item}}}}", "lane"),
    ("{{=int(inputs.parameters.n) * 8}}Gi", "16Gi"),
    ("{{=inputs.parameters['cache-key'] == 'k'}}", "true"),
    ("{{unknown}}", "{{unknown}}"),
    ("{{=int(retries) + 1}}", "{{=int(retries) + 1}}"),
    ("{{unknown.{{item}}}}", "{{unknown.{{item}}}}"),
    ("{{unclosed", "{{unclosed"),
    ("closed}}", "closed}}"),
    ("{{}}", "{{}}"),
    ("{ {item} }", "{ {item} }"),
]


@pytest.mark.parametrize(("text", "expected"), GOLDEN)
def test_tags_are_replaced(text, expected):
    assert substitute(text, SCOPE) == expected


def test_all_strings_inside_a_value_are_replaced():
    value = {"args": ["--n={{inputs.parameters.n}}", 3, None], "x": {"y": "{{item}}"}}
    assert substitute(value, SCOPE) == {"args": ["--n=2", 3, None], "x": {"y": "gpu"}}


def test_the_output_of_a_task_must_exist():
    with pytest.raises(Unresolved, match=r"failed to resolve \{\{tasks.b.outputs.parameters.x\}\}"):
        substitute("{{tasks.b.outputs.parameters.x}}", SCOPE)


def test_a_bad_expression_is_told():
    with pytest.raises(ExpressionError):
        substitute("{{=1 +}}", SCOPE)


@pytest.mark.parametrize("value", ["{{workflow.name}}", "{{", "}}", "{{=1+1}}", '{"a":{"b":1}}', 'quote " and \\ back'])
def test_a_value_is_not_looked_at_again(value):
    assert substitute("<{{v}}>", {"v": value, "workflow.name": "secret"}) == f"<{value}>"


@given(st.text(max_size=50))
def test_any_value_arrives_as_it_is(value):
    assert substitute("{{v}}", {"v": value}) == value
    assert json.loads(json.dumps(substitute(["{{v}}"], {"v": value}))) == [value]


@given(st.text(alphabet="{}=ab ", max_size=20))
def test_any_text_gives_a_text_or_an_expression_error(text):
    with suppress(ExpressionError):
        assert isinstance(substitute(text, {"a": "1"}), str)


def test_references_are_found_wherever_they_stand():
    assert list(references({"a": ["{{x}} {{= y }}", "{{p.{{q}}}}"]})) == ["x", "= y", "p.{{q}}"]


@pytest.mark.parametrize(
    ("text", "pure"), [("{{a}}", True), (" {{a}} ", True), ("x{{a}}", False), ("{{a}}{{b}}", False)]
)
def test_a_pure_reference_is_one_tag(text, pure):
    assert is_pure_reference(text) is pure


def test_expressions_see_dotted_names_as_maps():
    assert nested({"a.b": "1", "a.c": "2", "d": "3"}) == {"a": {"b": "1", "c": "2"}, "d": "3"}
