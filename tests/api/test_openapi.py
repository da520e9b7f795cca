"""The OpenAPI page: every endpoint explains itself, with an example request and example answers."""

from __future__ import annotations

import json
import re

import pytest

from pdf_parser.domain.run import RunStatus

PATHS = {
    "/upload": "post",
    "/upload/batch": "post",
    "/parse": "post",
    "/uploads": "post",
    "/uploads/{upload_id}": "put",
    "/status/{task_id}": "get",
    "/status/{task_id}/events": "get",
    "/result/{task_id}": "get",
    "/tasks": "get",
    "/tasks/{task_id}": "delete",
    "/tasks/{task_id}/retry": "post",
    "/capabilities": "get",
    "/health": "get",
    "/readyz": "get",
    "/livez": "get",
    "/metrics": "get",
}


@pytest.fixture
def document(api):
    return api.get("/openapi.json").json()


def test_these_are_the_endpoints(document):
    assert {path: next(iter(methods)) for path, methods in document["paths"].items()} == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_every_endpoint_has_a_docstring_and_an_example_request(document, path):
    assert "curl " in document["paths"][path][PATHS[path]]["description"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_an_example(document, path):
    for status, response in document["paths"][path][PATHS[path]]["responses"].items():
        for content in response.get("content", {}).values():
            assert content.get("example") or content.get("examples"), f"{path} {status}"


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", [path for path in PATHS if "{" not in path and PATHS[path] == "get"])
def test_every_path_is_there_below_v1_as_well(api, path):
    assert api.get(f"/v1{path}").status_code == api.get(path).status_code


def test_examples_of_status_are_valid(document):
    content = document["paths"]["/status/{task_id}"]["get"]["responses"]["200"]["content"]["application/json"]
    for example in content["examples"].values():
        assert RunStatus.model_validate_json(json.dumps(example["value"]))


def test_errors_are_documented_with_their_body(document):
    responses = document["paths"]["/upload"]["post"]["responses"]
    assert {"202", "403", "422", "429", "500", "503"} <= set(responses)
    problem = responses["429"]["content"]["application/problem+json"]
    assert problem["examples"]["QueueFull"]["value"]["code"] == "QueueFull"
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_reference_leads_somewhere(document):
    names = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(document)))
    assert names
    assert {name.rpartition("/")[2] for name in names} <= set(document["components"]["schemas"])
    assert all(name.startswith("#/components/schemas/") for name in names)


def test_the_page_is_there(api):
    assert api.get("/docs").status_code == 200
