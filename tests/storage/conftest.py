from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

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


@pytest.fixture(autouse=True, scope="session")
def aws_credentials() -> Iterator[None]:
    """Invented ones, and never those of the machine."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.delenv("AWS_PROFILE", raising=False)
        yield


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


@pytest.fixture(scope="session")
def moto_client(moto_url: str) -> S3Client:
    return make_client(Settings(_env_file=None, s3_endpoint_url=moto_url))


@pytest.fixture
def bucket(moto_client: S3Client) -> S3Store:
    """A store behind a real port. Created anew, as `mock_aws` forgets the buckets of the server too."""
    moto_client.create_bucket(Bucket=BUCKET)
    return S3Store(BUCKET, "", moto_client)


@pytest.fixture(scope="session")
def running_site() -> Iterator[Site]:
    with Site().running() as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Iterator[Site]:
    yield running_site
    running_site.forget()


@pytest.fixture(scope="session")
def site_client(running_site: Site) -> S3Client:
    """Asks the site as if it were S3, twice when the answer is worth it."""
    return make_client(Settings(_env_file=None, s3_endpoint_url=running_site.url), max_attempts=2)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def target() -> io.BytesIO:
    return io.BytesIO()
