"""The bucket of the overlay dev is made by a few lines of Python inside the manifest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml
from moto.server import ThreadedMotoServer

from pdf_parser.settings import Settings
from pdf_parser.storage import open_store
from tests.manifests.builds import MANIFESTS


@pytest.fixture
def minio(monkeypatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    for name, value in {"S3_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    yield url
    server.stop()


def test_the_bucket_is_made_once(minio):
    objects = yaml.safe_load_all((MANIFESTS / "overlays" / "dev" / "minio.yaml").read_text())
    job = next(m for m in objects if m["kind"] == "Job")
    command = job["spec"]["template"]["spec"]["containers"][0]["command"]
    for _ in range(2):
        subprocess.run([sys.executable, *command[1:]], check=True, timeout=60)
    open_store(Settings(_env_file=None, store_url="s3://pdf-parser", s3_endpoint_url=minio)).check()
