"""The name of a document in Argo's UI, and nothing else that a URL may carry."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from api.title import MOST, TITLE, run_title


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("s3://reports/2025/annual.pdf", "annual.pdf"),
        ("https://host/a%20b.pdf?X-Amz-Signature=secret&x=1#page=2", "a b.pdf"),
        ("https://host/[click](javascript:x),b=c.pdf", "click (javascript x) b c.pdf"),
        ("file:///tmp/Bericht_über_Öl.pdf", "Bericht_über_Öl.pdf"),
    ],
)
def test_a_run_is_called_after_its_document(source, title):
    assert run_title(source) == {TITLE: title}


@pytest.mark.parametrize("source", ["https://host", "https://host/", "s3://bucket/,,"])
def test_a_source_without_name_gives_no_title(source):
    assert run_title(source) == {}


@given(st.text())
def test_whatever_the_name_argo_server_takes_it_as_one_value(name):
    for title in run_title(f"s3://bucket/{name}").values():
        assert len(title) <= MOST
        assert not set(title) & set(",=[]*<>`{}\n")
