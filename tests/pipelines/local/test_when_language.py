"""Golden table of `when`: govaluate as Argo uses it."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from pipelines.local.language.errors import ExpressionError
from pipelines.local.language.when import should_execute

GOLDEN = [
    ("", True),
    ("true", True),
    ("false == false", True),
    ("true == false", False),
    ("heads == heads", True),
    ("heads == tails", False),
    ("heads != tails", True),
    ("heads == 'heads'", True),
    ("'a b' == \"a b\"", True),
    ("1 == 1.0", True),
    ("1 == '1'", False),
    ("true == 'true'", False),
    ("2 > 1 && 1 >= 1", True),
    ("1 < 0 || 0 <= 0", True),
    ("10 > 9", True),
    ("'10' > '9'", False),
    ("abc < abd", True),
    ("!(1 > 2)", True),
    ("!true", False),
    ("-1 < 0", True),
    ("0x1F == 31", True),
    ("foo =~ 'f.o'", True),
    ("foo !~ '^o'", True),
    ("a in (a, b)", True),
    ("c in ('a', 'b')", False),
    ("2 in (1, 2)", True),
    ("true || false && false", True),
    ("(true || false) && false", False),
]

REFUSED = [
    ("not-json == x", "Unexpected '-' (hint"),
    ("-a == x", "modifier '-'"),
    ("document.md == x", "hint: try wrapping the affected expression in quotes"),
    (" == ''", "Unexpected"),
    ("a ==", "Unexpected"),
    ("a b", "Unexpected"),
    ("1 < a", "cannot be compared"),
    ("a && true", "not a bool"),
    ("!a", "not a bool"),
    ("heads", "Expected boolean evaluation for 'heads'"),
    ("1", "Expected boolean evaluation"),
    ("a =~ 1", "not a string"),
    ("a =~ '('", "Bad regular expression"),
    ("(true", "Expected ')'"),
    ("{{tasks.a.status}} == x", "Invalid token"),
]


@pytest.mark.parametrize(("text", "expected"), GOLDEN)
def test_when_decides_as_argo_does(text, expected):
    assert should_execute(text) is expected


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_bad_when_says_what_is_wrong(text, reason):
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        should_execute(text)


@given(st.text(alphabet="ab01 .()'\"&|!=<>~-,in", max_size=25))
def test_any_text_gives_a_bool_or_an_expression_error(text):
    with suppress(ExpressionError):
        assert should_execute(text) in (True, False)


@given(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda word: word != "in"))
def test_every_bare_word_equals_itself(word):
    assert should_execute(f"{word} == {word}") is True
