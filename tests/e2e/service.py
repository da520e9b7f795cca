"""The real service as a process: `pdf-parser serve` on a free port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, BinaryIO

import httpx

START_S, RUN_S = 30, 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.port = free_port()
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self.process: subprocess.Popen[bytes] | None = None
        self.log: BinaryIO | None = None  # where it writes its log; None: with the test's

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.http.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def start(self) -> None:
        command = [sys.executable, "-m", "api.cli.main", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.env, stderr=self.log)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                if self.http.get("/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise TimeoutError("the service did not start")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def upload(self, url: str, **options: Any) -> str:
        answer = self.http.post("/upload", json={"url": url, **options})
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == f"/status/{answer.json()['task_id']}"
        task_id: str = answer.json()["task_id"]
        return task_id

    def status(self, task_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/status/{task_id}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def follow(self, task_id: str, pause_s: float = 0.1) -> list[dict[str, Any]]:
        """Every status seen until the run has finished."""
        seen = []
        deadline = time.monotonic() + RUN_S
        while time.monotonic() < deadline:
            seen.append(self.status(task_id))
            if seen[-1]["state"] in ("succeeded", "failed"):
                return seen
            time.sleep(pause_s)
        raise TimeoutError(f"still {seen[-1]}")
