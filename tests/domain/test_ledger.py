from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.ledger import LedgerGap, PageStatus, check_coverage, count_pages


@given(st.lists(st.integers(1, 50), max_size=60), st.sets(st.integers(1, 50), min_size=1))
def test_only_the_very_pages_asked_for_pass(found, expected):
    """Missing, doubled, strange and unordered pages: nothing but the exact list is complete."""
    wanted = sorted(expected)
    if found == wanted:
        check_coverage(found, wanted)
    else:
        with pytest.raises(LedgerGap):
            check_coverage(found, wanted)


def test_the_gap_names_the_pages():
    with pytest.raises(LedgerGap, match=r"missing pages \[2\], doubled \[3\], not asked for \[9\]"):
        check_coverage([1, 3, 3, 9], [1, 2, 3])


@given(st.lists(st.sampled_from(PageStatus)))
def test_counts_add_up(statuses):
    counts = count_pages(statuses, total=len(statuses) + 5)
    assert counts.ok + counts.ocr + counts.fallback + counts.blank + counts.failed == counts.done == len(statuses)
