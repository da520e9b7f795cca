"""The fake argo-server answers as a real one was measured to (research: Argo 4.1.2)."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from pipelines.client import Submission
from pipelines.fake_argo.options import clean, read_selector
from tests.pipelines.argo.stage import staged

RUNS = "/api/v1/workflows/pdf-parser"
EVENTS = "/api/v1/workflow-events/pdf-parser"


def asked(story, **how):
    """`story` gets the stage and a plain HTTP client."""

    async def whole():
        async with staged(**how) as stage, httpx.AsyncClient(base_url=stage.server.url, timeout=5) as http:
            await asyncio.wait_for(story(stage, http), 20)

    asyncio.run(whole())


def body(**options):
    template = options.pop("template", "pdf-parse")
    return {"resourceKind": "WorkflowTemplate", "resourceName": template, "submitOptions": options}


def submit(http, **options):
    return http.post(f"{RUNS}/submit", json=body(**options))


def test_a_submission_is_answered_with_the_object():
    async def story(stage, http):
        made = (await submit(http, name="a", labels="k=v", parameters=["source=a=b&c"], annotations="x=y")).json()
        assert (made["metadata"]["name"], made["metadata"]["labels"]["k"]) == ("a", "v")
        assert made["spec"]["arguments"]["parameters"] == [{"name": "source", "value": "a=b&c"}]
        assert int(made["metadata"]["resourceVersion"]) > 0
        named = (await submit(http, generateName="run-")).json()["metadata"]["name"]
        assert named.startswith("run-") and len(named) == 9

    asked(story)


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"name": "a"}, 409, 6),
        ({"template": "nosuch"}, 404, 5),
        ({"name": "Not A Name"}, 400, 3),
        ({"name": "x" * 64}, 400, 3),
        ({"name": "b", "labels": "k=not a label"}, 400, 3),
    ],
)
def test_a_submission_is_refused_with_grpcs_codes(options, status, code):
    async def story(stage, http):
        await submit(http, name="a")
        answer = await submit(http, **options)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    asked(story)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PUT", "/stop"), ("PUT", "/retry"), ("DELETE", ""), ("GET", "/log")]
)
def test_nobody_is_404_code_5(method, path):
    async def story(stage, http):
        answer = await http.request(method, f"{RUNS}/nobody{path}")
        said = answer.json()
        assert (answer.status_code, said.get("code") or said["error"]["grpc_code"]) == (404, 5)

    asked(story)


def test_a_finished_run_cannot_be_stopped_and_a_succeeded_one_not_retried():
    async def story(stage, http):
        await submit(http, name="a")
        assert (await http.put(f"{RUNS}/a/stop")).status_code == 200
        again = await http.put(f"{RUNS}/a/stop")
        assert (again.status_code, again.json()["code"]) == (500, 13)
        await submit(http, name="b")
        stage.stub.succeed("b")
        retried = await http.put(f"{RUNS}/b/retry")
        assert (retried.status_code, retried.json()["code"]) == (400, 3)

    asked(story)


def test_a_deleted_run_is_in_the_archive():
    async def story(stage, http):
        await submit(http, name="a")
        stage.stub.succeed("a")
        await asyncio.sleep(0.05)
        assert (await http.delete(f"{RUNS}/a")).json() == {}
        assert (await http.delete(f"{RUNS}/a")).status_code == 404
        uid = (await http.get(f"{RUNS}/a")).json()["metadata"]["uid"]
        assert (await http.get(f"/api/v1/archived-workflows/{uid}")).json()["metadata"]["name"] == "a"
        assert len((await http.get("/api/v1/archived-workflows")).json()["items"]) == 1
        assert (await http.get(RUNS)).json()["items"] is None

    asked(story)


def test_a_quiet_watch_sends_not_even_headers():
    async def story(stage, http):
        version = (await http.get(RUNS)).json()["metadata"]["resourceVersion"]
        with pytest.raises(httpx.ReadTimeout):
            await http.get(EVENTS, params={"listOptions.resourceVersion": version}, timeout=0.3)

    asked(story)


def test_the_end_of_a_quiet_watch_is_429_eof():
    async def story(stage, http):
        answer = await http.get(EVENTS)
        assert answer.status_code == 429
        assert answer.json()["error"] | {"http_status": ""} == {
            "grpc_code": 8,
            "http_code": 429,
            "message": "EOF",
            "http_status": "",
        }

    asked(story, watch_lasts_s=0.1)


def test_a_watch_tells_what_exists_and_what_happens():
    async def story(stage, http):
        await submit(http, name="a")
        watching = asyncio.create_task(http.get(EVENTS, params={"listOptions.allowWatchBookmarks": "true"}))
        await asyncio.sleep(0.1)
        stage.stub.advance("a")
        await asyncio.sleep(0.05)
        await http.delete(f"{RUNS}/a")
        lines = [json.loads(line) for line in (await watching).text.splitlines()]
        kinds = [line["result"]["type"] for line in lines if "result" in line]
        assert (kinds[:2], kinds[-2:]) == (["ADDED", "MODIFIED"], ["DELETED", "BOOKMARK"])
        versions = [int(line["result"]["object"]["metadata"]["resourceVersion"]) for line in lines if "result" in line]
        assert versions == sorted(versions) and lines[-1]["error"]["http_code"] == 429

    asked(story, watch_lasts_s=0.5)


@pytest.mark.parametrize(("version", "status"), [("nonsense", 500), ("12", 400)])
def test_a_watch_from_a_wrong_version_is_refused(version, status):
    async def story(stage, http):
        answer = await http.get(EVENTS, params={"listOptions.resourceVersion": version})
        assert (answer.status_code, answer.json()["error"]["http_code"]) == (status, status)

    asked(story)


def test_without_the_token_nothing_is_answered():
    async def story(stage, http):
        answer = await http.get(RUNS)
        assert (answer.status_code, answer.json()["code"]) == (401, 16)
        assert (await http.get(RUNS, headers={"Authorization": "Bearer t"})).status_code == 200
        other = await http.get("/api/v1/workflows/elsewhere", headers={"Authorization": "Bearer t"})
        assert (other.status_code, other.json()["code"]) == (404, 5)

    asked(story, tokens=("t",))


def test_templates_and_version_are_told():
    async def story(stage, http):
        listed = (await http.get("/api/v1/workflow-templates/pdf-parser")).json()["items"]
        assert "pdf-parse-express" in [template["metadata"]["name"] for template in listed]
        found = await http.get("/api/v1/workflow-templates/pdf-parser/pdf-parse")
        assert found.json()["kind"] == "WorkflowTemplate"
        assert (await http.get("/api/v1/version")).json()["version"].startswith("v4.1")
        assert (await http.get("/api/v1/info")).json()["managedNamespace"] == "pdf-parser"

    asked(story)


def test_an_engine_that_is_down_is_503():
    async def story(stage, http):
        stage.stub.unavailable = True
        answer = await submit(http, name="a")
        assert (answer.status_code, answer.json()["code"]) == (503, 14)

    asked(story)


def test_fields_choose_or_leave_out():
    document = {"a": {"b": 1, "c": 2}, "items": [{"x": 1, "y": 2}]}
    assert clean(document, "a.b,items.x") == {"a": {"b": 1}, "items": [{"x": 1}]}
    assert clean(document, "-a.b,items.x") == {"a": {"c": 2}, "items": [{"y": 2}]}
    assert clean(document, "") == document


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [("k=v", True), ("k==v", True), ("k!=v", False), ("absent!=v", True), ("k=v,absent=x", False)],
)
def test_labels_are_selected(selector, chosen):
    document = {"metadata": {"name": "n", "labels": {"k": "v"}}}
    assert read_selector({"listOptions.labelSelector": selector})(document) is chosen
    assert read_selector({"listOptions.fieldSelector": "metadata.name=n"})(document)


def test_a_restarted_server_knows_its_runs():
    async def story(stage, http):
        await stage.stub.submit(Submission("a", "pdf-parse", {}))
        await stage.server.stop()
        await stage.server.start()
        assert [run["metadata"]["name"] for run in (await http.get(RUNS)).json()["items"]] == ["a"]

    asked(story)
