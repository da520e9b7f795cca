from __future__ import annotations

import os

import pytest

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.token import Token


def test_a_fixed_token_is_sent_as_bearer():
    assert Token("abc").headers() == {"Authorization": "Bearer abc"}
    assert Token("abc").renew() is False


def test_without_a_token_nothing_is_sent():
    assert Token().headers() == {}


def test_a_file_is_read_again_when_it_was_replaced(tmp_path):
    """As kubelet does it: a symbolic link is pointed at a new folder."""
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "token").write_text(version)
    (tmp_path / "data").symlink_to("one")
    token = Token("fixed", tmp_path / "data" / "token")
    assert token.headers() == {"Authorization": "Bearer one"}
    (tmp_path / "new").symlink_to("two")
    (tmp_path / "new").replace(tmp_path / "data")
    assert token.headers() == {"Authorization": "Bearer two"}


def test_a_refused_token_is_read_again_though_the_file_looks_the_same(tmp_path):
    file = tmp_path / "token"
    file.write_text("old")
    token = Token(file=file)
    token.headers()
    before = file.stat()
    file.write_text("new")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert token.headers() == {"Authorization": "Bearer old"}
    assert token.renew() is True
    assert token.headers() == {"Authorization": "Bearer new"}


def test_a_missing_file_is_told_by_name(tmp_path):
    with pytest.raises(EngineUnavailable, match="ARGO_TOKEN_FILE"):
        Token(file=tmp_path / "none").headers()
