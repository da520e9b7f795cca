"""What every object store promises."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from pdf_parser.errors import ObjectNotFound
from pdf_parser.storage.base import ObjectInfo, ObjectStore
from pdf_parser.storage.compression import MARK

SEGMENTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\ufffe\uffff"), min_size=1, max_size=20
).filter(lambda segment: not segment.startswith("."))
KEYS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "a//b",
    "a/",
    "../a",
    "a/../b",
    "./a",
    ".tmp/a",
    "a\0b",
    "a\nb",
    "x" * 256,
    "\udc80",
]


def test_bytes_come_back(store: ObjectStore) -> None:
    store.put("results/a/document.md", b"# Title", "text/markdown")
    assert store.get("results/a/document.md") == b"# Title"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, data=st.binary(max_size=2000))
@example(key="a", data=MARK + b"not ours")
def test_any_key_brings_back_any_bytes(store: ObjectStore, key: str, data: bytes) -> None:
    folder = f"{uuid4()}/"
    store.put(folder + key, data)
    assert store.get(folder + key) == data
    assert list(store.list(folder)) == [ObjectInfo(folder + key, len(data))]
    store.delete(folder + key)
    assert store.head(folder + key) is None


def test_put_replaces(store: ObjectStore) -> None:
    store.put("a", b"old and long")
    store.put("a", b"new")
    assert store.get("a") == b"new"


def test_objects_tell_when_they_were_written(store: ObjectStore) -> None:
    before = datetime.now(timezone.utc) - timedelta(seconds=1)  # S3 tells whole seconds
    store.put("a", b"x")
    for info in (store.head("a"), *store.list("")):
        assert info is not None and info.modified_at is not None
        assert before <= info.modified_at <= datetime.now(timezone.utc)


def test_put_if_absent_keeps_the_first(store: ObjectStore) -> None:
    assert store.put_if_absent("a/b", b"first") is True
    assert store.put_if_absent("a/b", b"second") is False
    assert store.get("a/b") == b"first"


def test_put_if_absent_after_delete_stores_again(store: ObjectStore) -> None:
    store.put("a", b"first")
    store.delete("a")
    assert store.put_if_absent("a", b"second") is True


def test_put_if_absent_has_one_winner(store: ObjectStore) -> None:
    start = threading.Barrier(8)

    def write(number: int) -> bool:
        start.wait()
        return store.put_if_absent("race", str(number).encode())

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert won.count(True) == 1
    assert store.get("race") == str(won.index(True)).encode()


def test_new_object_appears_whole(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 9_000_000)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(store.put_file, "a", tmp_path / "a")
        while store.head("a") is None and not writing.done():
            pass
        assert len(store.get("a")) == 9_000_000
    writing.result()


@pytest.mark.parametrize("size_bytes", [0, 1, 300_000, 17 << 20])
def test_files_go_up_and_down(store: ObjectStore, tmp_path: Path, size_bytes: int) -> None:
    there, back = tmp_path / "there.pdf", tmp_path / "back.pdf"
    there.write_bytes(b"0123456789abcdef" * (size_bytes // 16) + b"x" * (size_bytes % 16))
    store.put_file("sources/a.pdf", there, "application/pdf")
    store.download("sources/a.pdf", back)
    assert store.head("sources/a.pdf") == ObjectInfo("sources/a.pdf", size_bytes)
    assert back.read_bytes() == there.read_bytes()


def test_put_file_leaves_the_local_file_independent(store: ObjectStore, tmp_path: Path) -> None:
    local = tmp_path / "a.pdf"
    local.write_bytes(b"before")
    store.put_file("a", local)
    local.write_bytes(b"after")
    assert store.get("a") == b"before"


def test_put_file_without_local_file_is_an_os_error(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put_file("a", tmp_path / "missing")


def test_open_reads_in_pieces(store: ObjectStore) -> None:
    store.put("a", b"0123456789" * 100_000)
    with store.open("a") as stream:
        assert stream.read(3) == b"012"
        assert stream.read(700_000) == (b"3456789012" * 70_000)
        assert len(stream.read()) == 299_997
        assert stream.read(1) == b""


def test_open_reads_by_lines(store: ObjectStore) -> None:
    store.put("a.jsonl", b'{"a":1}\n{"a":2}\n')
    with store.open("a.jsonl") as stream:
        assert list(stream) == [b'{"a":1}\n', b'{"a":2}\n']


def test_list_is_sorted_by_key_and_not_by_folder(store: ObjectStore) -> None:
    keys = ["a/b", "a.txt", "a-b/c", "a/b.txt", "a/b-d", "b", "a/é", "a/z"]
    for key in keys:
        store.put(key, b"x")
    assert [info.key for info in store.list("")] == sorted(keys)


def test_list_takes_any_beginning_of_a_key_as_prefix(store: ObjectStore) -> None:
    for key in ["work/1/pages/000001.json", "work/1/pages/000012.json", "work/1/plan.json", "work/10/plan.json"]:
        store.put(key, b"x")
    assert [info.key for info in store.list("work/1/pages/")] == [
        "work/1/pages/000001.json",
        "work/1/pages/000012.json",
    ]
    assert len(list(store.list("work/1"))) == 4
    assert len(list(store.list("work/1/"))) == 3
    assert [info.key for info in store.list("work/1/pages/00001")] == ["work/1/pages/000012.json"]
    assert list(store.list("work/2/")) == []


def test_list_gives_more_than_a_thousand(store: ObjectStore) -> None:
    for number in range(1001):
        store.put(f"pages/{number:06d}.json", b"{}")
    assert len(list(store.list("pages/"))) == 1001


def test_list_of_empty_store_is_empty(store: ObjectStore) -> None:
    assert list(store.list("")) == []


def test_copy_keeps_the_bytes_when_the_source_goes(store: ObjectStore) -> None:
    store.put("work/out/a.md", b"text", "text/markdown")
    store.copy("work/out/a.md", "results/a.md")
    store.delete("work/out/a.md")
    assert store.get("results/a.md") == b"text"


def test_copy_replaces_and_can_be_repeated(store: ObjectStore) -> None:
    store.put("a", b"new")
    store.put("b", b"old")
    store.copy("a", "b")
    store.copy("a", "b")
    assert store.get("b") == b"new"
    assert [info.key for info in store.list("")] == ["a", "b"]


def test_writing_to_the_source_of_a_copy_leaves_the_copy_alone(store: ObjectStore) -> None:
    store.put("a", b"one")
    store.copy("a", "b")
    store.put("a", b"two")
    assert store.get("b") == b"one"


def test_delete_can_be_repeated(store: ObjectStore) -> None:
    store.put("a/b", b"x")
    store.delete("a/b")
    store.delete("a/b")
    store.delete("never/there")
    assert store.head("a/b") is None


def test_missing_key_is_object_not_found_everywhere(store: ObjectStore, tmp_path: Path) -> None:
    store.put("folder/file", b"x")
    for key in ["missing", "folder", "folder/missing", "folder/file/below"]:
        assert store.head(key) is None
        with pytest.raises(ObjectNotFound):
            store.get(key)
        with pytest.raises(ObjectNotFound):
            store.open(key)
        with pytest.raises(ObjectNotFound):
            store.download(key, tmp_path / "local")
        with pytest.raises(ObjectNotFound):
            store.copy(key, "elsewhere")
    assert not (tmp_path / "local").exists()


def test_bad_keys_are_refused_everywhere(store: ObjectStore, tmp_path: Path) -> None:
    local = tmp_path / "local"
    local.write_bytes(b"x")
    calls: list[Callable[[str], object]] = [
        lambda key: store.put(key, b"x"),
        lambda key: store.put_if_absent(key, b"x"),
        lambda key: store.put_file(key, local),
        lambda key: store.download(key, local),
        lambda key: store.copy(key, "a"),
        lambda key: store.copy("a", key),
        lambda key: store.presign(key, 60),
        store.get,
        store.open,
        store.head,
        store.delete,
        store.url,
    ]
    for key in BAD_KEYS:
        for call in calls:
            with pytest.raises(ValueError, match="key|surrogates"):
                call(key)
    assert list(store.list("")) == []


def test_bad_prefix_is_refused(store: ObjectStore) -> None:
    for prefix in ["/", "../", "a//", "a/../"]:
        with pytest.raises(ValueError, match="key"):
            list(store.list(prefix))


def test_check_passes_when_the_store_is_there(store: ObjectStore) -> None:
    store.check()
    assert list(store.list("")) == []


def test_objects_say_when_they_were_written(store: ObjectStore) -> None:
    before = datetime.now(timezone.utc) - timedelta(seconds=2)  # S3 has whole seconds
    store.put("a/b", b"1")
    described = store.head("a/b")
    assert described is not None
    for info in (described, *store.list("a/")):
        assert before <= info.modified_at <= datetime.now(timezone.utc) + timedelta(seconds=1)
