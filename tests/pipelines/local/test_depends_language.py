"""Golden table of `depends`: the results of other tasks in, may this one start out."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from pipelines.local.language.depends import TaskResult, from_dependencies, parse_depends
from pipelines.local.language.errors import ExpressionError

PHASES = ("Succeeded", "Failed", "Error", "Skipped", "Omitted")


def holds(text: str, **phases: str) -> bool:
    return parse_depends(text).holds({name: TaskResult(phase) for name, phase in phases.items()})


GOLDEN = [
    ("a", "Succeeded", True),
    ("a", "Skipped", True),
    ("a", "Omitted", False),
    ("a", "Failed", False),
    ("a.Succeeded", "Skipped", False),
    ("a.Failed", "Failed", True),
    ("a.Failed", "Error", False),
    ("a.Errored", "Error", True),
    ("a.Skipped", "Skipped", True),
    ("a.Omitted", "Omitted", True),
    ("a.Daemoned", "Succeeded", False),
    ("!a.Succeeded", "Failed", True),
    ("a.Failed || a.Errored", "Error", True),
    ("(a.Succeeded || a.Skipped) && !a.Failed", "Succeeded", True),
]


@pytest.mark.parametrize(("text", "phase", "expected"), GOLDEN)
def test_a_result_is_matched_by_its_name(text, phase, expected):
    assert holds(text, a=phase) is expected


@pytest.mark.parametrize(("gpu", "cpu"), list(itertools.product(PHASES, PHASES)))
def test_merge_runs_when_both_lanes_are_done_or_empty(gpu, cpu):
    fine = ("Succeeded", "Skipped")
    text = "(gpu.Succeeded || gpu.Skipped) && (cpu.Succeeded || cpu.Skipped)"
    assert holds(text, gpu=gpu, cpu=cpu) is (gpu in fine and cpu in fine)


def test_and_binds_before_or():
    assert holds("a.Failed && b.Failed || c.Failed", a="Succeeded", b="Succeeded", c="Failed")


def test_names_may_have_hyphens_and_are_listed_once_in_order():
    assert parse_depends("export-tables.Succeeded && (a || export-tables.Skipped)").tasks == ("export-tables", "a")


def test_results_of_a_fan_out_look_at_its_members():
    some = {"a": TaskResult("Failed", ("Succeeded", "Failed"))}
    every = {"a": TaskResult("Failed", ("Failed", "Failed"))}
    assert parse_depends("a.AnySucceeded").holds(some) and not parse_depends("a.AnySucceeded").holds(every)
    assert parse_depends("a.AllFailed").holds(every) and not parse_depends("a.AllFailed").holds(some)
    assert not parse_depends("a.AllFailed").holds({"a": TaskResult("Succeeded")})


def test_dependencies_mean_all_of_them():
    depends = from_dependencies(["a", "b"])
    assert depends.tasks == ("a", "b")
    assert depends.holds({"a": TaskResult("Succeeded"), "b": TaskResult("Skipped")})
    assert not depends.holds({"a": TaskResult("Succeeded"), "b": TaskResult("Failed")})


@pytest.mark.parametrize("text", ["", "a &&", "(a", "a)", "a b", "a.Nonsense", "a | b", "&& a", "!"])
def test_a_bad_depends_is_refused(text):
    with pytest.raises(ExpressionError):
        parse_depends(text)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=6), st.booleans())
def test_it_agrees_with_pythons_own_logic(terms, use_or):
    word, fold = ("||", any) if use_or else ("&&", all)
    text = f" {word} ".join(f"{'!' if negated else ''}{name}.Succeeded" for name, negated in terms)
    phases = {"a": "Succeeded", "b": "Failed", "c": "Skipped"}
    assert holds(text, **phases) is fold((phases[name] == "Succeeded") != negated for name, negated in terms)
