"""What is Kubeflow's own in the client; what it shares with the others is in test_workflow_client_contract.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.progress import read_run
from pdf_parser.domain.run import RunState
from pdf_parser.errors import EngineUnavailable, InvalidWorkflow, UnsupportedFeature
from pdf_parser.settings import Settings
from pipelines.client import Submission
from pipelines.kubeflow.client import KubeflowClient, kubeflow_client
from tests.pipelines.kubeflow.fake_kfp import FakeKfp
from tests.served import Served

Story = Callable[[FakeKfp, KubeflowClient], Awaitable[None]]
A = Submission("a", "pdf-parse-express", {"source": "s3://b/k", "options": "{}"})


def play(story: Story, fake: FakeKfp | None = None, **settings: str) -> None:
    async def whole() -> None:
        kfp = fake or FakeKfp(["pdf-parse"])
        server = Served(kfp.app)
        await server.start()
        client = kubeflow_client(Settings(_env_file=None, kubeflow_url=server.url, **settings))
        try:
            await asyncio.wait_for(story(kfp, client), 20)
        finally:
            await client.close()
            await server.stop()

    asyncio.run(whole())


def test_the_run_has_its_name_as_a_parameter_and_the_experiment_is_made_once():
    async def story(kfp, client):
        await client.submit(A)
        run = kfp.run("a")
        assert run["runtime_config"] == {"parameters": {"task_id": "a", "source": "s3://b/k", "options": "{}"}}
        await client.submit(Submission("b", A.template, A.parameters))
        assert kfp.calls.count("POST /experiments") == 1
        assert kfp.run("b")["experiment_id"] == run["experiment_id"]

    play(story)


def test_a_pipeline_that_was_not_uploaded_is_named():
    async def story(kfp, client):
        with pytest.raises(InvalidWorkflow, match="'other'.*KUBEFLOW_PIPELINE"):
            await client.submit(A)

    play(story, kubeflow_pipeline="other")


def test_polls_of_a_run_are_one_call_a_second():
    async def story(kfp, client):
        await client.submit(A)
        await asyncio.gather(*(client.get("a") for _ in range(50)))
        assert len([call for call in kfp.calls if call.startswith("GET /runs/")]) == 1

    play(story)


def test_a_run_that_kubeflow_forgets_is_gone():
    async def story(kfp, client):
        await client.submit(A)
        kfp.runs.clear()
        assert await client.get("a") is None

    play(story)


def test_a_run_can_be_deleted():
    async def story(kfp, client):
        await client.submit(A)
        await client.delete("a")
        await client.delete("a")
        assert await client.get("a") is None and not kfp.runs

    play(story)


def test_there_are_no_logs():
    async def story(kfp, client):
        await client.submit(A)
        with pytest.raises(UnsupportedFeature):
            await client.logs("a")

    play(story)


def test_a_server_that_is_down_is_an_engine_that_is_unavailable():
    async def story(kfp, client):
        await client.submit(A)
        kfp.down = True
        for ask in (client.get("a"), client.list(), client.submit(Submission("b", A.template, {}))):
            with pytest.raises(EngineUnavailable):
                await ask

    play(story)


def test_a_rotated_token_is_read_again(tmp_path):
    file = tmp_path / "token"
    file.write_text("old")
    fake = FakeKfp(["pdf-parse"], tokens=["old"])

    async def story(kfp, client):
        await client.submit(A)
        kfp.tokens = ["new"]
        with pytest.raises(EngineUnavailable, match="KUBEFLOW_TOKEN_FILE"):
            await client.list()
        file.write_text("new!")
        kfp.tokens = ["new!"]
        assert len(await client.list()) == 1

    play(story, fake, kubeflow_token_file=str(file))


def test_the_mapper_of_the_api_reads_a_run_under_way():
    async def story(kfp, client):
        await client.submit(A)
        kfp.begin("a", "root-driver")
        for step in ("fetch", "check-cache", "classify"):
            kfp.task("a", f"{step}-driver", "SUCCEEDED")
            kfp.task("a", step, "SUCCEEDED")
        kfp.task("a", "parse-shard-cpu", "SUCCEEDED")
        kfp.task("a", "parse-shard-cpu", "RUNNING")
        view = read_run(await client.get("a"))
        assert (view.state, view.stage, view.progress) == (RunState.RUNNING, "parse-shard", 48)

    play(story)


def test_shards_of_the_rescue_are_told_from_those_before():
    async def story(kfp, client):
        await client.submit(A)
        kfp.begin("a")
        for step, inside in [
            ("parse-shard-cpu", None),
            ("merge", None),
            ("rescue", None),
            ("rescue-lanes", "rescue"),
            ("parse-shard-ocr", "rescue-lanes"),
        ]:
            kfp.task("a", step, "SUCCEEDED", inside)
        nodes = (await client.get("a"))["status"]["nodes"].values()
        assert [node["name"] for node in nodes if ".rescue." in node["name"]] == ["a.rescue.parse-shard-ocr"]

    play(story)


def test_words_of_argo_that_kubeflow_hands_on_name_the_error():
    async def story(kfp, client):
        await client.submit(A)
        kfp.begin("a")
        said = 'main: Error (exit code 1): {"code":"EncryptedPdf","message":"m","step":"fetch"}'
        kfp.task("a", "fetch", "FAILED", message=said)
        kfp.end("a", "FAILED")
        assert read_run(await client.get("a")).error.code == "EncryptedPdf"

    play(story)


def test_a_terminated_run_is_canceled():
    async def story(kfp, client):
        await client.submit(A)
        kfp.begin("a")
        await client.stop("a")
        view = read_run(await client.get("a"))
        assert (view.state, view.error.code) == (RunState.FAILED, "Canceled")

    play(story)


def test_a_run_of_a_schedule_is_ours_too():
    async def story(kfp, client):
        await client.submit(A)
        kfp.run("a")["description"] = "by hand"
        (run,) = await client.list({"app.kubernetes.io/part-of": "pdf-parser"})
        assert run["metadata"]["name"] == "a"

    play(story)
