from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest

from pdf_parser.errors import StorageUnavailable
from pdf_parser.storage.folder import FolderStore


@pytest.fixture
def folder(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


def leftovers(folder: FolderStore) -> list[Path]:
    return list((folder.root / ".tmp").iterdir())


def test_url_is_a_file_url_of_the_absolute_path(folder: FolderStore) -> None:
    assert folder.url("results/a b.md") == f"file://{folder.root}/results/a%20b.md"
    assert folder.presign("results/a b.md", 60) == folder.url("results/a b.md")
    assert Path(unquote(folder.url("é").removeprefix("file://"))) == folder.root / "é"


def test_nothing_is_left_in_the_hidden_folder(folder: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(b"x")
    folder.put("a", b"1")
    folder.put_if_absent("a", b"2")
    folder.put_if_absent("b", b"2")
    folder.put_file("c", tmp_path / "local")
    folder.copy("a", "d")
    folder.copy("a", "d")
    folder.copy("a", "a")
    folder.check()
    assert leftovers(folder) == []
    assert folder.get("a") == folder.get("d") == b"1"


def test_temporary_files_are_not_listed(folder: FolderStore) -> None:
    folder.put("a", b"x")
    (folder.root / ".tmp" / "half").write_bytes(b"x")
    (folder.root / ".DS_Store").write_bytes(b"x")
    assert [info.key for info in folder.list("")] == ["a"]


def test_check_removes_what_killed_processes_left_a_day_ago(folder: FolderStore) -> None:
    folder.check()
    old, young = folder.root / ".tmp" / "old", folder.root / ".tmp" / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    folder.check()
    assert leftovers(folder) == [young]


def test_objects_are_readable_for_other_users(folder: FolderStore) -> None:
    """API and steps may run as different users in one group: what `umask` allows is kept, unlike with `tempfile`."""
    umask = os.umask(0o027)
    try:
        folder.put("a", b"x")
    finally:
        os.umask(umask)
    assert (folder.root / "a").stat().st_mode & 0o777 == 0o640


def test_reader_sees_the_old_object_or_the_new_one(folder: FolderStore) -> None:
    """Not in the contract: moto closes an object under its reader when it is replaced."""
    versions = [bytes([number]) * 300_000 for number in range(20)]
    folder.put("a", versions[0])

    def write_all() -> None:
        for version in versions:
            folder.put("a", version)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_all)
        while not writing.done():
            assert folder.get("a") in versions
    writing.result()


def test_copy_takes_no_second_space(folder: FolderStore) -> None:
    folder.put("a", b"x")
    folder.copy("a", "b")
    assert (folder.root / "a").samefile(folder.root / "b")


def test_root_that_is_a_file_is_storage_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    store = FolderStore(tmp_path / "file")
    calls: list[Callable[[], object]] = [
        store.check,
        lambda: store.put("a", b"x"),
        lambda: store.put_if_absent("a", b"x"),
    ]
    for call in calls:
        with pytest.raises(StorageUnavailable) as caught:
            call()
        assert isinstance(caught.value.__cause__, OSError)


def test_root_that_cannot_be_created_is_storage_unavailable() -> None:
    with pytest.raises(StorageUnavailable, match="/proc/nowhere"):
        FolderStore(Path("/proc/nowhere")).check()


def test_key_below_an_object_cannot_be_written(folder: FolderStore) -> None:
    folder.put("a", b"x")
    with pytest.raises(StorageUnavailable):
        folder.put("a/b", b"x")


def test_unreadable_object_is_storage_unavailable(folder: FolderStore, tmp_path: Path) -> None:
    folder.check()
    (folder.root / "loop").symlink_to("loop")
    reads: list[Callable[[str], object]] = [folder.get, folder.open, folder.head]
    for read in reads:
        with pytest.raises(StorageUnavailable, match="loop"):
            read("loop")


def test_full_disk_keeps_the_old_object_and_cleans_up(folder: FolderStore) -> None:
    """A file size limit stands for the full disk: the write fails in the middle."""
    import resource
    import signal

    folder.put("a", b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StorageUnavailable, match="could not write a"):
            folder.put("a", b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert folder.get("a") == b"old"
    assert leftovers(folder) == []


def test_folder_signs_no_uploads(folder: FolderStore) -> None:
    assert folder.presign_put("a", 4, "application/pdf", 60) is None
