from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer
from mypy_boto3_s3 import S3Client

from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.s3 import S3Store, make_client
from tests.storage.storage_servers import Site

BUCKET = "documents"


@pytest.fixture(autouse=True)
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented ones, and never those of the machine."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings that no `.env` file and no environment of the developer can change."""

    def make(**changed: object) -> Settings:
        return Settings(_env_file=None, **{"store_url": f"file://{tmp_path}/store", **changed})  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="module")
def mocked_client() -> Iterator[S3Client]:
    """Talks to moto in this process, over no port."""
    with mock_aws():
        client = make_client(Settings(_env_file=None))
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each test has a store of its own: a folder, or a prefix of one bucket."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    return S3Store(BUCKET, f"tests/{uuid4()}", request.getfixturevalue("mocked_client"))


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_settings(moto_url: str, make_settings: Callable[..., Settings]) -> Settings:
    """For a bucket on a real port, reachable with http:// too."""
    client = boto3.client("s3", endpoint_url=moto_url, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return make_settings(store_url=f"s3://{BUCKET}", s3_endpoint_url=moto_url, source_http=True)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().running() as site:
        yield site


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def target() -> io.BytesIO:
    return io.BytesIO()
