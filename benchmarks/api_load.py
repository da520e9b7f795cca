"""The API under load: 1,000 live runs on a (fake) Argo cluster, 1,000 callers that poll `/status`.

    python -m benchmarks.api_load [--runs 1000] [--pollers 1000] [--seconds 20] [--documents DIR]

Three processes: an argo-server of ours that holds recorded workflow documents under new names and changes 100 of them a
second, as 1,000 runs do at Argo's cadence of 10 s; the API as `pdf-parser serve` starts it; and the callers.

    paced   each caller asks every two seconds
    flat    64 callers ask again as soon as they have an answer: the most that the API can do

`per cpu s` is requests by second of the API's processor time: what one core could do when nothing else ran on it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from loguru import logger
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.client import APP_LABEL, APP_NAME, is_finished
from pipelines.fake_argo.app import FakeArgo
from pipelines.fake_argo.serve import read_templates
from pipelines.stub import StubWorkflowClient

RECORDED = Path(__file__).parents[2] / "shared" / "status_examples" / "real"
CHANGES_PER_S = 100
PACE_S = 2.0
FLAT_CALLERS = 64
HOST = "127.0.0.1"


# --- the cluster ------------------------------------------------------------------------------------------------------
def live_runs(folder: Path, count: int) -> list[dict[str, Any]]:
    """Recorded unfinished runs, replicated under names of their own."""
    texts = [path.read_text() for path in sorted(folder.glob("*.json"))]
    found = [(json.loads(text)["metadata"]["name"], text) for text in texts if not is_finished(json.loads(text))]
    if not found:
        raise SystemExit(f"no recorded unfinished runs in {folder}")
    runs = []
    for number in range(count):
        old, text = found[number % len(found)]
        run = json.loads(text.replace(old, name_of(number)))
        run["metadata"].setdefault("labels", {})[APP_LABEL] = APP_NAME
        run.setdefault("status", {})
        runs.append(run)
    return runs


def name_of(number: int) -> str:
    return f"pdf-load-{number:05}"


async def serve_cluster(port: int, folder: Path, count: int) -> None:
    stub, calls = StubWorkflowClient(), Counter[str]()
    runs = live_runs(folder, count)
    for run in runs:
        stub.show(run)
    app = count_calls(FakeArgo(stub, read_templates()).app(), calls)
    moving = asyncio.create_task(move(stub, runs))
    config = uvicorn.Config(app, host=HOST, port=port, log_config=None, timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve()
    moving.cancel()


def count_calls(app: ASGIApp, calls: Counter[str]) -> ASGIApp:
    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/calls":
            await JSONResponse(calls)(scope, receive, send)
            return
        if scope["type"] == "http":
            calls[f"{scope['method']} {route(scope['path'])}"] += 1
        await app(scope, receive, send)

    return counting


def route(path: str) -> str:
    parts = path.removeprefix("/api/v1/").split("/")
    return "/".join([*parts[:1], *["*" for _ in parts[1:3]], *parts[3:]])


async def move(stub: StubWorkflowClient, runs: list[dict[str, Any]]) -> None:
    """Pods report a page more, in all runs one after the other."""
    while True:
        for run in runs:
            pods = [n for n in (run["status"].get("nodes") or {}).values() if n["type"] == "Pod"]
            for pod in pods:
                done, _, total = (pod.get("progress") or "0/1").partition("/")
                pod["progress"] = f"{min(int(done) + 1, int(total))}/{total}"
            stub.show(run)
            await asyncio.sleep(1 / CHANGES_PER_S)


# --- the callers ------------------------------------------------------------------------------------------------------
@dataclass
class Measured:
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


async def caller(port: int, name: str, until: float, pace_s: float, measured: Measured) -> None:
    """Over one connection. Bare streams: an HTTP client would need more of the machine than the API."""
    await asyncio.sleep(random.uniform(0, pace_s))
    reader, writer = await asyncio.open_connection(HOST, port)
    request = f"GET /status/{name} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    while time.monotonic() < until:
        began = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        measured.seconds.append(time.monotonic() - began)
        measured.statuses[int(head[9:12])] += 1
        await asyncio.sleep(max(0.0, began + pace_s - time.monotonic()))
    writer.close()


async def load(port: int, runs: int, callers: int, seconds: float, pace_s: float) -> Measured:
    measured, until = Measured(), time.monotonic() + seconds
    names = [name_of(number % runs) for number in range(callers)]
    await asyncio.gather(*(caller(port, name, until, pace_s, measured) for name in names))
    return measured


# --- the measurement --------------------------------------------------------------------------------------------------
def start(stack: ExitStack, *command: str, **env: str) -> int:
    """The process id; it is ended with the stack."""
    process = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, **env})

    def end() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()

    stack.callback(end)
    return process.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(name: str, api: int, cluster: int, pid: int, runs: int, callers: int, seconds: float, pace_s: float) -> str:
    calls, cpu, began = calls_of(cluster), cpu_seconds(pid), time.monotonic()
    found = asyncio.run(load(api, runs, callers, seconds, pace_s))
    wall, used = time.monotonic() - began, cpu_seconds(pid) - cpu
    count = len(found.seconds)
    cuts = statistics.quantiles(found.seconds, n=100)
    made = {key: n - calls.get(key, 0) for key, n in calls_of(cluster).items() if n > calls.get(key, 0)}
    errors = count - found.statuses[200]
    return (
        f"| {name} | {callers} | {count} | {count / wall:.0f} | {count / used:.0f} | {cuts[49] * 1000:.0f} |"
        f" {cuts[98] * 1000:.0f} | {errors} | {memory_mb(pid):.0f} | {made or 'none'} |"
    )


def calls_of(cluster: int) -> dict[str, int]:
    calls: dict[str, int] = httpx.get(f"http://{HOST}:{cluster}/calls").json()
    return calls


def compare(runs: int, pollers: int, seconds: float, documents: Path) -> None:
    cluster, api = free_port(), free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        start(stack, "benchmarks.api_load", "--serve", str(cluster), "--runs", str(runs), "--documents", str(documents))
        wait_for(f"http://{HOST}:{cluster}/calls")
        settings = {"ENGINE": "argo", "ARGO_URL": f"http://{HOST}:{cluster}", "STORE_URL": f"file://{folder}"}
        pid = start(stack, "api.cli.main", "serve", "--port", str(api), **settings)
        wait_for(f"http://{HOST}:{api}/health")
        print(f"calls to Argo until the first answer: {calls_of(cluster)}\n", flush=True)
        print("| load | callers | requests | req/s | per cpu s | p50 ms | p99 ms | not 200 | MB | calls to Argo |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        print(measure("paced", api, cluster, pid, runs, pollers, seconds, PACE_S), flush=True)
        print(measure("flat", api, cluster, pid, runs, FLAT_CALLERS, seconds, 0.0), flush=True)


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.api_load", description=__doc__)
    args.add_argument("--runs", type=int, default=1000)
    args.add_argument("--pollers", type=int, default=1000)
    args.add_argument("--seconds", type=float, default=20)
    args.add_argument("--documents", type=Path, default=RECORDED, help="recorded workflow documents")
    args.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)
    chosen = args.parse_args(argv)
    logger.remove()
    if chosen.serve:
        asyncio.run(serve_cluster(chosen.serve, chosen.documents, chosen.runs))
        return 0
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {datetime.now():%Y-%m-%d}, {chosen.runs} live runs\n"
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the other processes go, too
    compare(chosen.runs, chosen.pollers, chosen.seconds, chosen.documents)
    return 0


if __name__ == "__main__":
    sys.exit(main())
