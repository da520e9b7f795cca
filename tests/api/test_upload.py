"""POST /upload: what is accepted, what is refused at once, and what the engine and the store are given."""

from __future__ import annotations

import json

import pytest

from api.task_id import is_task_id
from pdf_parser.domain import layout
from pdf_parser.domain.run import TaskRecord
from pdf_parser.errors import InvalidWorkflow
from pipelines.client import APP_LABEL, APP_NAME
from pipelines.stub import StubWorkflowClient

PRESIGNED = "https://host/a.pdf?X-Amz-Signature=secret"


def workflow_of(api, client, task_id):
    return api.run(client.get(task_id))


def arguments_of(workflow):
    return {p["name"]: p["value"] for p in workflow["spec"]["arguments"]["parameters"]}


def test_an_upload_is_accepted_and_can_be_polled(api):
    answer = api.post("/upload", json={"url": "s3://bucket/a.pdf"})
    body = answer.json()
    assert answer.status_code == 202
    assert is_task_id(body["task_id"]) and body["task_id"].startswith("pdf-")
    assert answer.headers["Location"] == body["status_url"] == body["links"]["self"]
    assert api.get(answer.headers["Location"]).json()["state"] == "pending"


def test_the_workflow_is_named_by_the_task_id_and_labelled(api, client):
    workflow = workflow_of(api, client, task_id := api.upload())
    assert workflow["metadata"]["name"] == task_id
    assert workflow["metadata"]["labels"] == {APP_LABEL: APP_NAME}


def test_source_and_options_are_the_parameters(api, client):
    asked = {"parser": "docling", "mode": "fast", "pages": " 1-5, 9", "password_ref": "team-a", "force": True}
    arguments = arguments_of(workflow_of(api, client, api.upload(url=PRESIGNED, **asked)))
    assert arguments["source"] == PRESIGNED
    assert json.loads(arguments["options"]) == {**asked, "pages": "1-5,9", "sha256": None}


def test_the_record_is_in_the_store_without_the_signature(api, store):
    record = TaskRecord.model_validate_json(store.get(layout.task(api.upload(url=PRESIGNED))))
    assert record.source == "https://host/a.pdf"
    assert record.outcome is None


def test_the_record_is_written_before_the_workflow_is_submitted(make_api, store):
    class Watching(StubWorkflowClient):
        async def submit(self, submission):
            assert store.head(layout.task(submission.name))
            await super().submit(submission)

    make_api(client=Watching()).upload()


def test_a_refused_workflow_leaves_no_record(make_api, store):
    answer = make_api(client=StubWorkflowClient(templates=())).post("/upload", json={"url": "s3://b/k"})
    assert (answer.status_code, answer.json()["code"]) == (InvalidWorkflow.http_status, "InvalidWorkflow")
    assert list(store.list("tasks/")) == []


@pytest.mark.parametrize(
    ("profile", "template"),
    [
        ("auto", "pdf-parse-express"),
        ("express", "pdf-parse-express"),
        ("compact", "pdf-parse-compact"),
        ("full", "pdf-parse"),
    ],
)
def test_the_profile_chooses_the_template(make_api, client, profile, template):
    api = make_api(profile=profile)
    assert workflow_of(api, client, api.upload())["spec"]["workflowTemplateRef"] == {"name": template}


def test_without_a_hint_the_default_parser_is_used(make_api, client):
    api = make_api(default_parser="marker")
    options = [
        json.loads(arguments_of(workflow_of(api, client, api.upload(**hint)))["options"])
        for hint in ({}, {"parser": "auto"})
    ]
    assert [o["parser"] for o in options] == ["marker", "auto"]


def test_the_request_id_is_noted_on_the_workflow(api, client):
    answer = api.post("/upload", json={"url": "s3://b/k"}, headers={"X-Request-ID": "trace-7"})
    annotations = workflow_of(api, client, answer.json()["task_id"])["metadata"]["annotations"]
    assert annotations["pdf-parser.io/request-id"] == "trace-7"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": 7},
        {"url": "ftp://host/a.pdf"},
        {"url": "http://host/a.pdf"},
        {"url": "s3://bucket"},
        {"url": "https://"},
        {"url": "https://host/\u0007"},
        {"url": "s3://b/" + "k" * 9000},
        {"url": "s3://b/k", "parser": "Docling"},
        {"url": "s3://b/k", "parser": "../x"},
        {"url": "s3://b/k", "pages": "five"},
        {"url": "s3://b/k", "pages": "0-3"},
        {"url": "s3://b/k", "pages": "9-5"},
        {"url": "s3://b/k", "password_ref": "../../etc/passwd"},
        {"url": "s3://b/k", "password": "secret"},
        [],
        "s3://b/k",
    ],
)
def test_what_cannot_be_right_is_refused_at_once(api, client, body):
    answer = api.post("/upload", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "InvalidOptions")
    assert api.run(client.list()) == []


def test_the_fields_at_fault_are_named_without_their_values(api):
    answer = api.post("/upload", json={"url": "s3://b/k", "pages": "hunter2", "password": "hunter3"})
    assert {e["field"] for e in answer.json()["errors"]} == {"body.pages", "body.password"}
    assert "hunter" not in answer.text


def test_no_body_and_no_json_are_refused(api):
    assert api.post("/upload").status_code == 422
    assert api.post("/upload", content=b"{", headers={"Content-Type": "application/json"}).status_code == 422
    assert api.post("/upload", content=b"%PDF-1.7", headers={"Content-Type": "application/pdf"}).status_code == 422


def test_a_file_is_refused_unless_its_folder_is_open(make_api, tmp_path):
    url = (tmp_path / "a.pdf").as_uri()
    assert make_api().post("/upload", json={"url": url}).json()["code"] == "SourceForbidden"
    assert make_api(source_file_roots=str(tmp_path)).post("/upload", json={"url": url}).status_code == 202


def test_http_is_accepted_where_the_operator_wants_it(make_api):
    assert make_api(source_http=True).post("/upload", json={"url": "http://host/a.pdf"}).status_code == 202


@pytest.mark.parametrize("declare", [True, False])
def test_a_body_that_is_too_large_is_refused(api, declare):
    async def chunks():
        for _ in range(70):
            yield b" " * 1024

    content = b" " * 70 * 1024 if declare else chunks()
    answer = api.post("/upload", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "RequestTooLarge")


def test_without_an_engine_nothing_is_accepted(api, client, store):
    client.unavailable = True
    answer = api.post("/upload", json={"url": "s3://b/k"})
    assert (answer.status_code, answer.json()["code"]) == (503, "EngineUnavailable")
    assert list(store.list("tasks/")) == []
