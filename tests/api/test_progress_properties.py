"""What holds for every run, however it goes and whenever it is looked at."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings, strategies as st

from api.progress import climb, read_run
from pdf_parser.domain.run import RunState
from pdf_parser.errors import BY_CODE
from tests.api.run_simulator import runs

many = settings(max_examples=60, deadline=None)


@many
@given(runs())
def test_progress_is_100_exactly_when_the_run_succeeded(documents):
    for view in map(read_run, documents):
        assert 0 <= view.progress <= 100
        assert (view.progress == 100) is (view.state is RunState.SUCCEEDED)


@many
@given(runs(), st.data())
def test_what_is_shown_never_falls_whatever_polls_are_missed(documents, data):
    shown, seen = 0, data.draw(st.lists(st.sampled_from(range(len(documents))), min_size=1))
    for i in sorted(seen):
        view = climb(shown, read_run(documents[i]))
        assert view.progress >= shown
        assert (view.progress == 100) is (view.state is RunState.SUCCEEDED)
        shown = view.progress


@many
@given(runs(retries=False, failures=False))
def test_without_retries_progress_needs_no_floor(documents):
    progress = [read_run(document).progress for document in documents]
    assert all(a <= b for a, b in pairwise(progress))
    assert progress[-2:] == [100, 100]  # the root node has succeeded, then the workflow


@many
@given(runs())
def test_a_failed_run_has_a_typed_error_and_others_have_none(documents):
    for view in map(read_run, documents):
        assert (view.error is not None) is (view.state is RunState.FAILED)
        assert view.error is None or view.error.code in BY_CODE


@many
@given(runs())
def test_pages_done_are_at_most_all_pages(documents):
    for pages in (read_run(document).pages for document in documents):
        assert pages is None or 0 <= pages.done <= pages.total


@given(st.dictionaries(st.sampled_from(["phase", "message", "startedAt", "progress", "nodes"]), st.none()))
def test_a_status_of_nulls_is_a_pending_run(status):
    assert read_run({"metadata": {"name": "x"}, "status": status}).state is RunState.PENDING
