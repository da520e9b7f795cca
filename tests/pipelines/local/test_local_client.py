"""The async face of the engine. What every WorkflowClient promises is in test_workflow_client_contract.py."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import ValidationError

from pdf_parser.errors import EngineUnavailable
from pdf_parser.settings import Settings
from pipelines.client import Submission, WorkflowDocument
from pipelines.local.client import LocalClient, local_client
from tests.pipelines.local.lab import Lab, Spec, dag, nodes_of, sh, task, workflow

SLOW = workflow({"main": dag(task("a", "step"), task("b", "step", depends="a")), "step": sh("sleep 0.1")})


def story(lab: Lab, tell, spec: Spec = SLOW) -> None:
    """Runs `tell(client)` over an engine that knows `spec` as "t"."""
    client = LocalClient(lab.start(spec))
    asyncio.run(asyncio.wait_for(tell(client), 20))


def test_a_watch_sees_every_stage_of_a_run_and_ends_with_it(lab):
    async def tell(client):
        await client.submit(Submission("run", "t", {}))
        seen = [set(nodes_of(document)) async for document in client.watch("run")]
        assert {"", "a"} in seen and seen[-1] == {"", "a", "b"}

    story(lab, tell)


def test_many_watch_at_once_without_a_thread_each(lab):
    async def tell(client):
        await client.submit(Submission("run", "t", {}))
        ends = await asyncio.gather(*(last(client, "run") for _ in range(100)))
        assert {end["status"]["phase"] for end in ends} == {"Succeeded"}

    story(lab, tell)


async def last(client: LocalClient, name: str) -> WorkflowDocument:
    *_, document = [document async for document in client.watch(name)]
    return document


def test_a_watch_of_nobody_ends_at_once(lab):
    async def tell(client):
        assert [document async for document in client.watch("nobody")] == []

    story(lab, tell)


def test_a_watcher_that_leaves_is_forgotten(lab):
    async def tell(client):
        await client.submit(Submission("run", "t", {}))
        watching = client.watch("run")
        await anext(watching)
        await watching.aclose()
        assert not lab.engine._listeners

    story(lab, tell)


def test_the_loop_is_free_while_the_engine_works(lab):
    async def tell(client):
        calls = [client.submit(Submission(f"run-{n}", "t", {})) for n in range(20)]
        await asyncio.gather(*calls)
        assert len(await client.list()) == 20
        assert (await client.health()).unfinished >= 1

    story(lab, tell)


@pytest.mark.parametrize("how", ["get", "list", "stop", "retry", "logs", "health", "submit"])
def test_a_closed_engine_is_unavailable(lab, how):
    async def tell(client):
        await client.close()
        arguments = {"list": (), "health": (), "submit": (Submission("run", "t", {}),)}.get(how, ("run",))
        with pytest.raises(EngineUnavailable):
            await getattr(client, how)(*arguments)

    story(lab, tell)


def test_a_watch_learns_that_the_engine_has_closed(lab):
    async def tell(client):
        await client.submit(Submission("run", "t", {}))
        watching = asyncio.create_task(last(client, "run"))
        await asyncio.sleep(0.1)
        await client.close()
        with pytest.raises(EngineUnavailable):
            await watching

    story(lab, tell, workflow({"main": dag(task("a", "step")), "step": sh("sleep 30")}))


def settings_of(folder: Path, **changes: object) -> Settings:
    state = {"engine_db": str(folder / "x" / "engine.sqlite"), "engine_work_dir": str(folder / "work")}
    return Settings(_env_file=None, **state, **changes)  # type: ignore[arg-type]


def test_the_settings_make_an_engine_with_our_own_templates(tmp_path):
    async def tell():
        client = local_client(settings_of(tmp_path, gpu_slots=2, engine_parallelism=3), env={"A": "b"})
        try:
            limits = client._engine._limits
            assert (limits.parallelism, dict(limits.semaphores)) == (3, {"pdf-parser-limits/gpu-slots": 2})
            assert set(client._engine._catalog) == {"pdf-parse", "pdf-parse-compact", "pdf-parse-express"}
        finally:
            await client.close()

    asyncio.run(tell())


def test_the_deadline_of_the_settings_is_that_of_a_run(tmp_path):
    async def tell():
        client = local_client(settings_of(tmp_path, run_deadline_s=77))
        try:
            await client.submit(Submission("run", "pdf-parse", {"source": "file:///nowhere.pdf"}))
            document = await client.get("run")
            assert document is not None
            assert document["spec"]["activeDeadlineSeconds"] == 77
            assert document["status"]["storedWorkflowTemplateSpec"]["activeDeadlineSeconds"] == 77
            await client.terminate("run")
        finally:
            await client.close()

    asyncio.run(tell())


def test_an_interpreter_that_is_not_there_is_refused_at_the_start(tmp_path):
    settings = settings_of(tmp_path, engine_interpreters=f"parser-gpu={tmp_path}/venv/bin/python")
    with pytest.raises(EngineUnavailable, match=r"ENGINE_INTERPRETERS .*'parser-gpu'.*make backends"):
        local_client(settings)


def test_a_setting_that_pairs_no_image_with_a_python_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="engine_interpreters"):
        settings_of(tmp_path, engine_interpreters=".venv-docling/bin/python")
