"""Golden table of the expression language, and that nothing a stranger writes can do more than fail."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from pipelines.local.language.errors import ExpressionError, MissingVariable
from pipelines.local.language.expression import evaluate
from pipelines.local.language.functions import render

COMPILED = (
    "lastRetry.status == 'Error' || asInt(lastRetry.exitCode) in [18, 22, 23, 31, 41, 137]"
    " || lastRetry.message matches 'OOMKilled|imminent node shutdown|Evicted'"
)
VARIABLES = {
    "retries": "2",
    "lastRetry": {"status": "Failed", "exitCode": "22", "message": "main: Error (exit code 22)", "duration": "3"},
    "inputs": {"parameters": {"mem": "128", "cache-key": "k"}},
    "items": [1, 2.5, "x"],
}

GOLDEN = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("7 - 2 - 1", 4),
    ("2 ** 3 ** 2", 512.0),
    ("-2 ** 2", -4.0),
    ("7 / 2", 3.5),
    ("7 % 3", 1),
    ("-7 % 3", -1),
    ("1_000 + 0x10", 1016),
    ("1.5e1", 15.0),
    ("'a' + \"b\" + `c`", "abc"),
    (r"'it\'s'", "it's"),
    ("1 == 1.0", True),
    ("1 == '1'", False),
    ("true == 1", False),
    ("nil == nil", True),
    ("'a' < 'b' && 2 >= 2.0", True),
    ("1 != 2 or false", True),
    ("not true", False),
    ("!false && !(1 > 2)", True),
    ("not (1 in [2]) and 1 not in [2]", True),
    ("1.0 in [1, 2]", True),
    ("'22' in [22]", False),
    ("'a' in {a: 1}", True),
    ("'OOMKilled (137)' matches 'OOM|Evicted'", True),
    ("'fine' matches '^OOM'", False),
    ("true ? 'y' : 'n'", "y"),
    ("false ? 1 : true ? 2 : 3", 2),
    ("int(retries) == 0 ? '100Mi' : '512Mi'", "512Mi"),
    ("int(128 * 2 ** int(retries))", 512),
    ("int(inputs.parameters.mem) * 2 ** int(retries)", 512.0),
    ("int(min(100 * 2 ** int(retries), 150))", 150),
    ("max(1, 3, 2)", 3),
    ("inputs.parameters['cache-key']", "k"),
    ("items[0] + items[1]", 3.5),
    ("items[-1]", "x"),
    ("missing ?? 'default'", "default"),
    ("inputs.parameters.nope ?? 'default'", "default"),
    ("retries ?? 'default'", "2"),
    ("inputs?.nope == nil", True),
    ("asInt('7') + asFloat('0.5')", 7.5),
    ("float(3)", 3.0),
    ("string(16.0)", "16"),
    ("toJson({a: [1, 'x']})", '{"a":[1,"x"]}'),
    ("len('abc') + len([1]) + len({})", 4),
    ("[1, 2,]", [1, 2]),
    (COMPILED, True),
    ("asInt(lastRetry.exitCode) in [14]", False),
]

REFUSED = [
    "",
    "1 +",
    "(1",
    "1 2",
    "'open",
    "a ~ b",
    "1 + 'a'",
    "1 < 'a'",
    "1 && true",
    "!1",
    "1 % 0",
    "asInt('x')",
    "asInt([1])",
    "unknown(1)",
    "asInt(1, 2)",
    "1 in 2",
    "'a' matches 1",
    "'a' matches '('",
    "items[9]",
    "1.a",
    "__import__('os')",
    "().__class__",
    "1e400 ** 2 ** 99 ** 99",
]


@pytest.mark.parametrize(("text", "expected"), GOLDEN)
def test_an_expression_has_the_value_that_argo_gives_it(text, expected):
    value = evaluate(text, VARIABLES)
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize("text", REFUSED)
def test_nonsense_is_refused_with_a_reason(text):
    with pytest.raises(ExpressionError):
        evaluate(text, VARIABLES)


@pytest.mark.parametrize("text", ["item", "lastRetry.nope", "1 + item"])
def test_a_variable_without_value_is_told_apart_from_nonsense(text):
    with pytest.raises(MissingVariable):
        evaluate(text, VARIABLES)


@pytest.mark.parametrize("text", ["false && boom", "true || boom", "true ? 1 : boom"])
def test_what_is_not_needed_is_not_looked_at(text):
    evaluate(text, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [(16.0, "16"), (0.5, "0.5"), (True, "true"), (None, "<nil>"), ([1, "a"], '[1,"a"]'), (3, "3"), ("s", "s")],
)
def test_a_value_is_written_as_go_writes_it(value, text):
    assert render(value) == text


@given(st.text(alphabet="ab1.()[]{}'\"&|!=<>+-*/%?:, _", max_size=30))
def test_any_text_gives_a_value_or_an_expression_error(text):
    with suppress(ExpressionError):
        evaluate(text, {"a": "1", "b": {"a": 2}})


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 1000))
def test_precedence_is_that_of_arithmetic(a, b, c):
    assert evaluate(f"{a} + {b} * {c} - {a}", {}) == a + b * c - a
    assert evaluate(f"{a} < {b} || {b} <= {a}", {}) is True
