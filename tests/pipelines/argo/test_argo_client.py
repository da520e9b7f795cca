"""The Argo client against a server that answers. What every WorkflowClient promises is in the contract test."""

from __future__ import annotations

import asyncio

import pytest

from pdf_parser.errors import EngineUnavailable, InvalidWorkflow
from pdf_parser.settings import Settings
from pipelines.argo.client import argo_client
from pipelines.client import APP_LABEL, APP_NAME, Submission
from tests.pipelines.argo.stage import played

OURS = {APP_LABEL: APP_NAME}


def submission(name: str, **changes: object) -> Submission:
    return Submission(**({"name": name, "template": "pdf-parse", "parameters": {}, "labels": OURS} | changes))


def test_a_thousand_polls_cost_one_watch():
    async def story(stage):
        for name in "abc":
            await stage.submit(name)
        for _ in range(2):
            await asyncio.gather(*(stage.client.get(name) for name in "abc" for _ in range(333)))
            await asyncio.sleep(0.1)
        assert (stage.calls["watch"], stage.calls["list"], stage.calls["get"]) == (1, 1, 0)

    played(story)


def test_polls_for_an_unknown_run_are_one_question_a_second():
    async def story(stage):
        answers = await asyncio.gather(*(stage.client.get("nobody") for _ in range(500)))
        assert set(answers) == {None}
        assert stage.calls["get"] == 1

    played(story)


def test_a_change_is_known_without_a_question():
    async def story(stage):
        await stage.submit()
        await stage.until_connected()
        stage.stub.succeed("a")
        await stage.until_phase("Succeeded")
        assert stage.calls["get"] == 0

    played(story)


def test_runs_of_an_earlier_time_are_listed_first():
    async def story(stage):
        await stage.submit("a")
        await stage.submit("b")
        stage.stub.succeed("b")
        later = argo_client(Settings(_env_file=None, argo_url=stage.server.url))
        assert (await later.health()).unfinished == 1
        assert (await later.get("b"))["status"]["phase"] == "Succeeded"
        await later.close()

    played(story)


def test_a_list_comes_in_pages():
    async def story(stage):
        names = [f"run-{n:04}" for n in range(501)]
        for name in names:
            await stage.stub.submit(submission(name))
        assert [run["metadata"]["name"] for run in await stage.client.list()] == names[::-1]
        assert (await stage.client.health()).unfinished == 501

    played(story)


def test_runs_of_others_are_found_by_name_and_not_counted():
    async def story(stage):
        await stage.stub.submit(submission("ours"))
        await stage.stub.submit(submission("other", labels={"team": "x"}))
        assert (await stage.client.health()).unfinished == 1
        assert await stage.phase("other") is None and await stage.client.get("other") is not None

    played(story)


def test_a_deleted_run_is_found_in_the_archive():
    async def story(stage):
        await stage.submit()
        stage.stub.succeed("a")
        await stage.until_phase("Succeeded")
        await stage.client.delete("a")
        await stage.client.delete("nobody")
        await stage.until_phase("Succeeded")
        assert stage.fake.events.get("a") is None

    played(story)


def test_a_run_that_was_deleted_half_way_is_unknown():
    async def story(stage):
        await stage.submit()
        await stage.client.delete("a")

        async def is_gone():
            return await stage.client.get("a") is None

        await stage.until(is_gone)

    played(story)


def test_values_may_have_any_letters_and_a_label_only_some():
    async def story(stage):
        value = 'https://h/a.pdf?x=1&y="2",3'
        await stage.client.submit(submission("a", parameters={"source": value}))
        parameters = (await stage.client.get("a"))["spec"]["arguments"]["parameters"]
        assert parameters == [{"name": "source", "value": value}]
        for labels in ({"k": "a,b"}, {"k": "ä"}):
            with pytest.raises(InvalidWorkflow):
                await stage.client.submit(submission("b", labels=labels))

    played(story)


def test_priority_and_annotations_arrive():
    async def story(stage):
        await stage.submit(priority=7, annotations={"pdf-parser.io/request-id": "r"})
        document = await stage.stub.get("a")
        assert document["spec"]["priority"] == 7
        assert document["metadata"]["annotations"] == {"pdf-parser.io/request-id": "r"}

    played(story)


def test_the_log_is_ours_alone():
    async def story(stage):
        await stage.submit()
        stage.stub.advance("a")
        assert await stage.client.logs("a") == ["fetch: started"]

    played(story)


def test_a_watch_of_one_run_shows_each_state_once():
    async def story(stage):
        await stage.submit()
        seen = []
        async for document in stage.client.watch("a"):
            seen.append(len(document["status"].get("nodes") or {}))
            if document["status"].get("phase") != "Succeeded":
                stage.stub.advance("a")
        assert seen == [0, 2, 3, 4, 5, 6, 7, 8, 8]

    played(story)


def test_health_tells_how_the_watch_is():
    async def story(stage):
        await stage.submit()
        found = await stage.client.health()
        assert (found.name, found.pending, found.unfinished) == ("argo", 1, 1)
        assert found.detail == {"watch": "connected", "circuit": "closed"}

    played(story)


def test_a_wrong_token_is_told_as_such():
    async def story(stage):
        with pytest.raises(EngineUnavailable, match="ARGO_TOKEN_FILE"):
            await stage.submit()

    played(story, tokens=("right",), argo_token="wrong")


def test_certificates_that_are_not_there_are_told_at_the_start(tmp_path):
    settings = Settings(_env_file=None, argo_url="https://h", argo_ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(EngineUnavailable, match="ARGO_CA_FILE"):
        argo_client(settings)


def test_what_is_not_argo_is_told():
    async def story(stage):
        stage.fake._templates = {}
        with pytest.raises(InvalidWorkflow, match="not found"):
            await stage.submit()

    played(story)
