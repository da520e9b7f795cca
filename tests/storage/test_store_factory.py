from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store

MakeSettings = Callable[..., Settings]


def test_file_url_opens_a_folder(make_settings: MakeSettings, tmp_path: Path) -> None:
    store = open_store(make_settings(store_url=f"file://{tmp_path}/my%20store"))
    assert isinstance(store, FolderStore)
    assert store.root == tmp_path / "my store"


def test_relative_file_url_is_relative_to_the_work_directory(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store(make_settings(store_url="file://./data/store"))
    monkeypatch.chdir("/")
    store.put("a", b"x")
    assert (tmp_path / "data/store/a").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://bucket", "s3://bucket/a"),
        ("s3://bucket/", "s3://bucket/a"),
        ("s3://bucket/some/prefix/", "s3://bucket/some/prefix/a"),
    ],
)
def test_s3_url_opens_a_bucket(make_settings: MakeSettings, url: str, shown: str) -> None:
    store = open_store(make_settings(store_url=url))
    assert isinstance(store, S3Store)
    assert store.url("a") == shown


@pytest.mark.parametrize("url", ["", "bucket", "/folder", "gs://bucket", "s3://", "file://host/folder", "file://"])
def test_any_other_url_is_refused_by_the_name_of_the_setting(make_settings: MakeSettings, url: str) -> None:
    with pytest.raises(ValueError, match="STORE_URL"):
        open_store(make_settings(store_url=url))


def test_folder_store_and_sources_import_neither_boto3_nor_httpx() -> None:
    """Every step pays for its imports."""
    program = (
        "import sys; from pdf_parser.settings import Settings; from pdf_parser.storage import open_store; "
        "import pdf_parser.storage.sources; open_store(Settings(_env_file=None, store_url='file:///tmp')); "
        "sys.exit(', '.join({'boto3', 'botocore', 'httpx'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
