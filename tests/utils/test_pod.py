"""A step asks for another attempt only where it would have more memory."""

from __future__ import annotations

import pytest

from pdf_parser.utils.pod import ATTEMPT, RETRY_LIMIT, Pod

AGAIN = {ATTEMPT: "1", RETRY_LIMIT: "2"}


@pytest.fixture
def limit(tmp_path):
    def written(text: str):
        path = tmp_path / "memory.max"
        path.write_text(text)
        return (path,)

    return written


def test_a_limited_container_can_grow_until_the_last_attempt(limit):
    pod = Pod.of(AGAIN, limit("3221225472\n"))
    assert (pod.can_grow, pod.growth) == (True, 2)
    assert not Pod.of({ATTEMPT: "2", RETRY_LIMIT: "2"}, limit("3221225472\n")).can_grow


@pytest.mark.parametrize("text", ["max\n", "9223372036854771712\n", ""])
def test_without_a_limit_another_attempt_would_meet_the_same_memory(limit, text):
    pod = Pod.of(AGAIN, limit(text))
    assert (pod.can_grow, pod.growth) == (False, 1)


def test_without_cgroups_there_is_no_limit(tmp_path):
    assert not Pod.of(AGAIN, (tmp_path / "not there",)).can_grow


@pytest.mark.parametrize("environment", [{}, {ATTEMPT: "{{retries}}"}, {ATTEMPT: "", RETRY_LIMIT: "-1"}])
def test_what_was_not_filled_in_means_that_nobody_tries_again(limit, environment):
    assert Pod.of(environment, limit("1000")) == Pod(0, 0, is_limited=True)
