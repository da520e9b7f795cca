from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

BUCKET = "documents"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Settings of a service that lives in `tmp_path` alone."""
    return {
        **os.environ,
        "STORE_URL": (tmp_path / "store").as_uri(),
        "ENGINE_DB": str(tmp_path / "engine.sqlite"),
        "ENGINE_WORK_DIR": str(tmp_path / "engine"),
        "SOURCE_FILE_ROOTS": str(tmp_path),
        "SOURCE_HTTP": "true",
        "SOURCE_PRIVATE_NETWORKS": "127.0.0.1",
    }


@pytest.fixture
def s3(env: dict[str, str]) -> Iterator[Any]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    env.update(keys, S3_ENDPOINT_URL=f"http://{host}:{port}", STORE_URL=f"s3://{BUCKET}/parsed")
    client = boto3.client(
        "s3",
        endpoint_url=env["S3_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    httpx.post(f"{env['S3_ENDPOINT_URL']}/moto-api/reset")  # servers of one process share their buckets
    client.create_bucket(Bucket=BUCKET)
    yield client
    server.stop()
