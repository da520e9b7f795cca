"""How long a second upload of the same bytes under another name takes: from POST to `/status` succeeded.

    python -m benchmarks.cache_hit [--runs 20]

The real service as a process of its own, warm. The first three rows are answered before any run exists; `engine` is not
told anything (KNOWN_TIMEOUT_S=0), so that a run fetches the bytes and finds the result. The bucket is moto's.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from pdf_parser.utils.sample import sample_pdf

BUCKET = "documents"
Upload = Callable[[int], dict[str, str]]


@contextmanager
def service(folder: Path, **env: str) -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    own = {
        "STORE_URL": f"file://{folder}/store",
        "ENGINE_DB": f"{folder}/engine.sqlite",
        "ENGINE_WORK_DIR": f"{folder}/engine",
        "SOURCE_FILE_ROOTS": str(folder),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", port]
    process = subprocess.Popen(command, env={**os.environ, **own, **env})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            _wait(http)
            yield http
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(http: httpx.Client) -> None:
    for _ in range(300):
        try:
            http.get("/livez")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


def milliseconds(http: httpx.Client, body: dict[str, str]) -> float:
    """From POST to the first answer of `/status` that says succeeded."""
    started = time.perf_counter()
    path = http.post("/upload", json=body).json()["status_url"]
    while (status := http.get(path).json())["state"] != "succeeded":
        if status["state"] == "failed":
            raise SystemExit(str(status))
        time.sleep(0.005)
    return 1000 * (time.perf_counter() - started)


def measure(name: str, http: httpx.Client, upload: Upload, runs: int) -> None:
    """The first upload parses, the second warms up."""
    for number in (0, 1):
        milliseconds(http, upload(number))
    taken = sorted(milliseconds(http, upload(number + 2)) for number in range(runs))
    load = os.getloadavg()[0]
    print(f"| {name} | {statistics.median(taken):.0f} | {taken[0]:.0f} | {taken[-1]:.0f} | {runs} | {load:.1f} |")


def files(folder: Path, data: bytes, **more: str) -> Upload:
    def upload(number: int) -> dict[str, str]:
        path = folder / f"{number}.pdf"
        path.write_bytes(data)
        return {"url": path.as_uri(), **more}

    return upload


def objects(client: Any, data: bytes) -> Upload:
    def upload(number: int) -> dict[str, str]:
        client.put_object(Bucket=BUCKET, Key=f"{number}.pdf", Body=data)
        return {"url": f"s3://{BUCKET}/{number}.pdf"}

    return upload


def measure_bucket(folder: Path, data: bytes, runs: int) -> None:
    from moto.server import ThreadedMotoServer

    from pdf_parser.settings import Settings
    from pdf_parser.storage.s3 import make_client

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = make_client(Settings(s3_endpoint_url=endpoint))
    client.create_bucket(Bucket=BUCKET)
    try:
        with service(folder, STORE_URL=f"s3://{BUCKET}/store", S3_ENDPOINT_URL=endpoint) as http:
            measure("ETag, store and source in a bucket", http, objects(client, data), runs)
    finally:
        server.stop()


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.cache_hit", description=__doc__)
    args.add_argument("--runs", type=int, default=20)
    runs = args.parse_args(argv).runs
    data = sample_pdf()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {date.today()}, document of {len(data)} bytes\n")
    print("| known by | median ms | least | most | uploads | load average |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name, service(folder := Path(name)) as http:
        sha256 = hashlib.sha256(data).hexdigest()
        measure("sha256 of the caller, store in a folder", http, files(folder, data, sha256=sha256), runs)
        measure("bytes of a file, store in a folder", http, files(folder, data), runs)
    with tempfile.TemporaryDirectory() as name:
        measure_bucket(Path(name), data, runs)
    with tempfile.TemporaryDirectory() as name, service(folder := Path(name), KNOWN_TIMEOUT_S="0") as http:
        measure("engine, told nothing: a run finds it", http, files(folder, data), min(runs, 10))
    return 0


if __name__ == "__main__":
    sys.exit(main())
