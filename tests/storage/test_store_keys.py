from __future__ import annotations

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.storage.keys import check_key, check_prefix


def test_keys_of_the_layout_are_valid() -> None:
    key = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
    for each in [
        layout.source("a" * 64),
        layout.plan(key),
        layout.page(key, 1),
        layout.manifest(key),
        layout.task("t"),
    ]:
        assert check_key(each) == each
    for prefix in [layout.work(key), layout.pages(key), layout.draft(key), layout.result(key)]:
        assert check_prefix(prefix) == prefix


def test_dots_and_spaces_inside_a_segment_are_fine() -> None:
    assert check_key("a..b/c.d e/…") == "a..b/c.d e/…"


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a\x00", "a\x7f", "é" * 128, "a/" * 513 + "a"]
)
def test_bad_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="^key has|^key is absolute"):
        check_key(key)
