from __future__ import annotations

import hashlib
import io
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pdf_parser.errors import NotAPdf, SourceForbidden, SourceNotFound, SourceTooLarge, SourceUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.sources import SourceInfo, fetch_source

MakeSettings = Callable[..., Settings]
Fetch = Callable[[Path], SourceInfo]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.pdf").write_bytes(b"%PDF secret")
    return tmp_path / "in"


@pytest.fixture
def fetch(inbox: Path, make_settings: MakeSettings, target: io.BytesIO) -> Fetch:
    settings = make_settings(source_file_roots=f"/nowhere:{inbox}", max_source_bytes=5_000_000)
    return lambda path: fetch_source(path.as_uri(), target, settings=settings, store=open_store(settings))


def test_file_below_a_root_is_read(inbox: Path, fetch: Fetch, target: io.BytesIO) -> None:
    data = os.urandom(3_000_000)
    (inbox / "sub").mkdir()
    (inbox / "sub" / "é a#?.pdf").write_bytes(data)
    assert fetch(inbox / "sub" / "é a#?.pdf") == SourceInfo(hashlib.sha256(data).hexdigest(), len(data))
    assert target.getvalue() == data


def test_link_to_a_file_below_a_root_is_read(inbox: Path, fetch: Fetch, tmp_path: Path) -> None:
    (inbox / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "link").symlink_to(inbox)
    assert fetch(tmp_path / "link" / "a.pdf").size_bytes == 4


def test_without_roots_every_file_is_forbidden(inbox: Path, make_settings: MakeSettings, target: io.BytesIO) -> None:
    (inbox / "a.pdf").write_bytes(b"%PDF")
    settings = make_settings()
    with pytest.raises(SourceForbidden, match="SOURCE_FILE_ROOTS"):
        fetch_source((inbox / "a.pdf").as_uri(), target, settings=settings, store=open_store(settings))


def test_file_outside_is_forbidden_whether_it_exists_or_not(inbox: Path, fetch: Fetch) -> None:
    sibling = inbox.with_name("in-other")
    for path in [inbox.parent / "secret.pdf", inbox.parent / "missing.pdf", sibling / "a.pdf", Path("/etc/passwd")]:
        with pytest.raises(SourceForbidden):
            fetch(path)


def test_no_way_leads_out_of_the_root(inbox: Path, fetch: Fetch, target: io.BytesIO) -> None:
    (inbox / "file-link.pdf").symlink_to(inbox.parent / "secret.pdf")
    (inbox / "folder-link").symlink_to(inbox.parent)
    for path in [inbox / "file-link.pdf", inbox / "folder-link" / "secret.pdf", inbox / ".." / "secret.pdf"]:
        with pytest.raises(SourceForbidden):
            fetch(path)
    assert target.getvalue() == b""


def test_encoded_dots_do_not_lead_out(inbox: Path, make_settings: MakeSettings, target: io.BytesIO) -> None:
    settings = make_settings(source_file_roots=str(inbox))
    with pytest.raises(SourceForbidden):
        fetch_source(f"file://{inbox}/%2e%2e/secret.pdf", target, settings=settings, store=open_store(settings))


def test_missing_file_is_not_found(inbox: Path, fetch: Fetch) -> None:
    (inbox / "file").write_bytes(b"x")
    for path in [inbox / "missing.pdf", inbox / "file" / "below.pdf"]:
        with pytest.raises(SourceNotFound):
            fetch(path)


def test_folder_is_not_a_pdf(inbox: Path, fetch: Fetch) -> None:
    with pytest.raises(NotAPdf):
        fetch(inbox)


def test_pipe_and_socket_are_refused_at_once(inbox: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(inbox / "pipe")
    monkeypatch.chdir(inbox)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for name in ["pipe", "socket"]:
            with pytest.raises(NotAPdf):
                fetch(inbox / name)


def test_large_file_is_refused_before_it_is_read(inbox: Path, fetch: Fetch, target: io.BytesIO) -> None:
    with (inbox / "large.pdf").open("wb") as file:
        file.truncate(5_000_001)
    with pytest.raises(SourceTooLarge):
        fetch(inbox / "large.pdf")
    assert target.getvalue() == b""


def test_loop_of_links_is_an_error_of_ours(inbox: Path, fetch: Fetch) -> None:
    (inbox / "loop").symlink_to("loop")
    with pytest.raises((SourceUnavailable, SourceNotFound, SourceForbidden)):
        fetch(inbox / "loop")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_forbidden(inbox: Path, fetch: Fetch) -> None:
    (inbox / "a.pdf").write_bytes(b"x")
    (inbox / "a.pdf").chmod(0)
    with pytest.raises(SourceForbidden):
        fetch(inbox / "a.pdf")
