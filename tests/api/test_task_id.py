from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from hypothesis import given, strategies as st

from api.task_id import is_task_id, new_task_id, task_id

milliseconds = st.integers(0, 2**48 - 1)
random_bits = st.integers(0, 2**80 - 1)
RFC_1123_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


@given(milliseconds, random_bits)
def test_every_id_is_a_valid_kubernetes_name(ms, bits):
    name = task_id(ms, bits)
    assert RFC_1123_LABEL.fullmatch(name) and len(name) <= 63 and is_task_id(name)


@given(milliseconds, milliseconds, random_bits, random_bits)
def test_ids_sort_by_time(ms_a, ms_b, bits_a, bits_b):
    assert ms_a == ms_b or (task_id(ms_a, bits_a) < task_id(ms_b, bits_b)) is (ms_a < ms_b)


@given(milliseconds, random_bits, random_bits)
def test_random_bits_tell_ids_of_one_moment_apart(ms, a, b):
    assert (task_id(ms, a) == task_id(ms, b)) is (a == b)


def test_ids_of_one_moment_differ():
    now = datetime(2026, 11, 24, tzinfo=timezone.utc)
    assert len({new_task_id(now) for _ in range(1000)}) == 1000


@given(st.text())
def test_an_id_is_safe_in_keys_and_paths(text):
    assert not is_task_id(text) or set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("text", ["", "a/b", "../x", "a.b", "A", "-a", "a-", "a\n", "ä", "a" * 64])
def test_what_is_no_name_is_no_id(text):
    assert not is_task_id(text)
