"""What every WorkflowClient promises. A new engine is one more Engine class here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from pdf_parser.errors import InvalidWorkflow, RunNotFound, UnsupportedFeature
from pdf_parser.settings import Settings
from pipelines.argo.client import argo_client
from pipelines.argo.server.connection import Connection, Server
from pipelines.client import Submission, WorkflowClient, is_finished
from pipelines.fake_argo.app import FakeArgo
from pipelines.kubeflow.client import KubeflowClient
from pipelines.local.client import local_client
from pipelines.stub import StubWorkflowClient
from tests.pipelines.kubeflow.fake_kfp import FakeKfp
from tests.served import Served

OK, BAD, SLOW = "pdf-ok", "pdf-bad", "pdf-slow"
LABELS = {"app.kubernetes.io/part-of": "pdf-parser"}
TIMEOUT_S = 20.0

TEMPLATE = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {{name: {name}}}
spec:
  entrypoint: main
  arguments: {{parameters: [{{name: source}}]}}
  templates:
  - name: main
    dag: {{tasks: [{{name: fetch, template: fetch}}]}}
  - name: fetch
    container:
      image: none
      command: [sh, -c]
      args: ["{script}"]
"""
SCRIPTS = {OK: "echo done", BAD: "exit 14", SLOW: "sleep 30"}


class Engine:
    """A client, and what brings a run of OK or BAD to its end where it does not get there by itself."""

    client: WorkflowClient
    stops_gently = True  # runs the exit handler of a run that is stopped
    has_logs = True
    tells_exit_codes = True

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()

    async def settle(self, name: str) -> None:
        await until(self.client, name, is_finished)

    async def begin(self, name: str) -> None:
        """Until the first pod runs."""
        await until(self.client, name, lambda run: "Running" in {n["phase"] for n in pods_of(run)})


class StubEngine(Engine):
    def __init__(self, folder: Path) -> None:
        self.client = self.stub = StubWorkflowClient(templates=tuple(SCRIPTS))

    async def settle(self, name: str) -> None:
        workflow = await self.stub.get(name)
        assert workflow is not None
        if workflow["spec"]["workflowTemplateRef"]["name"] == BAD:
            self.stub.fail(name, exit_code=14)
        else:
            self.stub.succeed(name)

    async def begin(self, name: str) -> None:
        self.stub.advance(name)


class LocalEngine(Engine):
    def __init__(self, folder: Path) -> None:
        templates = folder / "templates"
        templates.mkdir()
        for name, script in SCRIPTS.items():
            (templates / f"{name}.yaml").write_text(TEMPLATE.format(name=name, script=script))
        state = {"engine_db": str(folder / "engine.sqlite"), "engine_work_dir": str(folder / "work")}
        self.client = local_client(Settings(_env_file=None, **state), templates=templates)


class ArgoEngine(Engine):
    """The Argo client, over HTTP, over an argo-server of ours, over one of the engines above."""

    inner_engine: type[Engine] = LocalEngine

    def __init__(self, folder: Path) -> None:
        self.inner = self.inner_engine(folder)
        fake = FakeArgo(self.inner.client, {name: {} for name in SCRIPTS}, tokens=("secret",))
        self.server = Served(fake.app)

    async def __aenter__(self) -> Engine:
        await self.server.start()
        self.client = argo_client(Settings(_env_file=None, argo_url=self.server.url, argo_token="secret"))
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()
        await self.server.stop()
        await self.inner.client.close()

    async def settle(self, name: str) -> None:
        await self.inner.settle(name)
        await super().settle(name)

    async def begin(self, name: str) -> None:
        await self.inner.begin(name)
        await super().begin(name)


class ArgoOverStub(ArgoEngine):
    inner_engine = StubEngine


class KubeflowEngine(Engine):
    """Over HTTP, over a fake of the API. Kubeflow can only terminate, and tells neither exit codes nor logs."""

    stops_gently = has_logs = tells_exit_codes = False

    def __init__(self, folder: Path) -> None:
        self.kfp = FakeKfp(SCRIPTS)
        self.server = Served(self.kfp.app)

    async def __aenter__(self) -> Engine:
        await self.server.start()
        self.client = KubeflowClient(Connection(Server(self.server.url)), poll_s=0.05)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()
        await self.server.stop()

    async def settle(self, name: str) -> None:
        run = await self.client.get(name)
        assert run is not None
        self.kfp.begin(name)
        self.kfp.end(name, "FAILED" if run["spec"]["workflowTemplateRef"]["name"] == BAD else "SUCCEEDED")
        await super().settle(name)

    async def begin(self, name: str) -> None:
        self.kfp.begin(name)
        await super().begin(name)


ENGINES = {
    "stub": StubEngine,
    "local": LocalEngine,
    "argo": ArgoEngine,
    "argo-over-stub": ArgoOverStub,
    "kubeflow": KubeflowEngine,
}


def pods_of(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [n for n in (run["status"].get("nodes") or {}).values() if n["type"] == "Pod"]


async def until(client: WorkflowClient, name: str, reached: Callable[[dict[str, Any]], bool]) -> None:
    async for run in client.watch(name):
        if reached(run):
            return


@pytest.fixture(params=ENGINES)
def play(request, tmp_path) -> Callable[[Callable[[Engine], Awaitable[None]]], None]:
    """Runs a story with an engine and closes it."""

    def run(story: Callable[[Engine], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with ENGINES[request.param](tmp_path) as engine:
                await asyncio.wait_for(story(engine), TIMEOUT_S)

        asyncio.run(whole())

    return run


def submission(name: str, template: str = OK, **changes: Any) -> Submission:
    return Submission(
        **({"name": name, "template": template, "parameters": {"source": "s3://b/k"}, "labels": LABELS} | changes)
    )


async def finished(engine: Engine, name: str, template: str = OK) -> dict[str, Any]:
    await engine.client.submit(submission(name, template))
    await engine.settle(name)
    run = await engine.client.get(name)
    assert run is not None
    return run


def test_a_submitted_run_is_known_by_its_name(play):
    async def story(engine):
        await engine.client.submit(submission("a"))
        run = await engine.client.get("a")
        assert run["metadata"]["name"] == "a"
        assert LABELS.items() <= run["metadata"]["labels"].items()
        assert run["metadata"]["creationTimestamp"].endswith("Z")
        assert run["spec"]["arguments"]["parameters"] == [{"name": "source", "value": "s3://b/k"}]

    play(story)


def test_annotations_are_kept(play):
    async def story(engine):
        await engine.client.submit(submission("a", annotations={"pdf-parser.io/request-id": "r"}))
        run = await engine.client.get("a")
        assert run["metadata"]["annotations"]["pdf-parser.io/request-id"] == "r"

    play(story)


def test_an_unknown_name_is_no_run(play):
    async def story(engine):
        assert await engine.client.get("nobody") is None

    play(story)


def test_the_same_name_again_changes_nothing(play):
    async def story(engine):
        first = await finished(engine, "a")
        await engine.client.submit(submission("a", BAD))
        assert await engine.client.get("a") == first
        assert len(await engine.client.list()) == 1

    play(story)


def test_an_unknown_template_is_refused(play):
    async def story(engine):
        with pytest.raises(InvalidWorkflow):
            await engine.client.submit(submission("a", "pdf-nosuch"))
        assert await engine.client.get("a") is None

    play(story)


def test_a_run_succeeds(play):
    async def story(engine):
        run = await finished(engine, "a")
        assert run["status"]["phase"] == "Succeeded"
        assert run["status"]["nodes"]["a"]["phase"] == "Succeeded"
        assert run["status"]["startedAt"] <= run["status"]["finishedAt"]

    play(story)


def test_a_failed_run_has_the_exit_code_on_its_pod(play):
    async def story(engine):
        run = await finished(engine, "a", BAD)
        assert run["status"]["phase"] == "Failed"
        pod = next(n for n in pods_of(run) if n["phase"] == "Failed")
        if not engine.tells_exit_codes:
            return
        assert pod["outputs"]["exitCode"] == "14"
        assert pod["message"].startswith("main: Error (exit code 14)")

    play(story)


def test_runs_are_listed_newest_first_and_by_label(play):
    async def story(engine):
        for name in ("a", "b"):
            await engine.client.submit(submission(name))
        await engine.client.submit(submission("c", labels={"team": "x"}))
        assert [run["metadata"]["name"] for run in await engine.client.list()] == ["c", "b", "a"]
        assert [run["metadata"]["name"] for run in await engine.client.list({"team": "x"})] == ["c"]
        assert await engine.client.list({"team": "y"}) == []

    play(story)


def test_a_document_is_the_callers_own(play):
    async def story(engine):
        await engine.client.submit(submission("a"))
        (await engine.client.get("a"))["metadata"]["name"] = "changed"
        assert (await engine.client.get("a"))["metadata"]["name"] == "a"

    play(story)


def test_a_watch_ends_with_the_run(play):
    async def story(engine):
        await engine.client.submit(submission("a"))
        watching = asyncio.create_task(watched(engine.client, "a"))
        await asyncio.sleep(0)
        await engine.settle("a")
        assert is_finished((await watching)[-1])

    play(story)


async def watched(client: WorkflowClient, name: str) -> list[dict[str, Any]]:
    return [run async for run in client.watch(name)]


def test_a_watch_of_a_finished_run_gives_it_once(play):
    async def story(engine):
        await finished(engine, "a")
        assert len(await watched(engine.client, "a")) == 1

    play(story)


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_a_run_can_be_ended(play, how):
    async def story(engine):
        await engine.client.submit(submission("a", SLOW))
        await engine.begin("a")
        await getattr(engine.client, how)("a")
        await until(engine.client, "a", is_finished)
        run = await engine.client.get("a")
        assert run["status"]["phase"] == "Failed"
        done = how if engine.stops_gently else "terminate"
        assert run["status"]["message"] == f"Stopped with strategy '{done.capitalize()}'"

    play(story)


@pytest.mark.parametrize("how", ["stop", "terminate"])
def test_ending_a_finished_run_is_harmless(play, how):
    async def story(engine):
        run = await finished(engine, "a")
        await getattr(engine.client, how)("a")
        assert await engine.client.get("a") == run

    play(story)


def test_a_failed_run_can_be_retried(play):
    async def story(engine):
        await finished(engine, "a", BAD)
        await engine.client.retry("a")
        assert not is_finished(await engine.client.get("a"))
        await engine.settle("a")
        assert (await engine.client.get("a"))["status"]["phase"] == "Failed"

    play(story)


def test_only_a_failed_run_can_be_retried(play):
    async def story(engine):
        await finished(engine, "a")
        with pytest.raises(InvalidWorkflow):
            await engine.client.retry("a")

    play(story)


@pytest.mark.parametrize("how", ["stop", "terminate", "retry", "logs"])
def test_an_unknown_run_cannot_be_handled(play, how):
    async def story(engine):
        with pytest.raises(RunNotFound):
            await getattr(engine.client, how)("nobody")

    play(story)


def test_the_log_has_lines(play):
    async def story(engine):
        await finished(engine, "a")
        if not engine.has_logs:
            with pytest.raises(UnsupportedFeature):
                await engine.client.logs("a")
            return
        assert await engine.client.logs("a")

    play(story)


def test_health_counts_unfinished_runs(play):
    async def story(engine):
        before = await engine.client.health()
        await engine.client.submit(submission("a", SLOW))
        await finished(engine, "b")
        after = await engine.client.health()
        assert (before.unfinished, after.unfinished) == (0, 1)
        assert after.name and 0 <= after.pending <= after.unfinished
        with contextlib.suppress(RunNotFound):
            await engine.client.terminate("a")

    play(story)
