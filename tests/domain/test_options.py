from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from pdf_parser.domain.options import ParseOptions, select_pages
from pdf_parser.errors import InvalidOptions, TooManyPages


def test_all_pages_without_a_choice():
    assert select_pages(None, 3, max_pages=10) == [1, 2, 3]


def test_overlapping_ranges_give_each_page_once():
    assert select_pages("1-3,2-4,9", 9, max_pages=10) == [1, 2, 3, 4, 9]


@pytest.mark.parametrize("pages", ["0-2", "5-3", "a", "1,,2", "-3", "1-", ""])
def test_malformed_ranges_are_refused(pages):
    with pytest.raises(ValidationError):
        ParseOptions(pages=pages)


def test_a_page_that_is_not_there_is_named():
    with pytest.raises(InvalidOptions, match="Page 12 was asked for, the document has 10"):
        select_pages("1-12", 10, max_pages=100)


def test_a_page_count_that_lies_is_refused_without_building_a_list():
    with pytest.raises(TooManyPages):
        select_pages(None, 2_147_483_647, max_pages=5000)


def test_few_pages_of_a_huge_document_are_fine():
    assert select_pages("7,1999999", 2_000_000, max_pages=5) == [7, 1999999]


@given(st.sets(st.integers(1, 500), min_size=1))
def test_what_is_written_is_what_is_chosen(pages):
    text = ",".join(map(str, pages))
    assert select_pages(ParseOptions(pages=text).pages, 500, max_pages=500) == sorted(pages)
