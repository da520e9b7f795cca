"""What a test can do to a run of the stub engine."""

from __future__ import annotations

import asyncio

import pytest

from pdf_parser.errors import EngineUnavailable
from pipelines.client import Submission
from pipelines.stub import PODS, StubWorkflowClient


def started(template: str = "pdf-parse") -> StubWorkflowClient:
    client = StubWorkflowClient()
    asyncio.run(client.submit(Submission(name="a", template=template, parameters={})))
    return client


def phases(client: StubWorkflowClient) -> dict[str, str]:
    status = asyncio.run(client.get("a"))["status"]
    return {node["templateName"]: node["phase"] for node in status.get("nodes", {}).values()}


def test_a_new_run_has_no_status():
    assert phases(started()) == {}


def test_a_run_advances_pod_by_pod():
    client = started()
    client.advance("a")
    client.advance("a", {"sha256": "x"})
    assert phases(client) == {"main": "Running", "fetch": "Succeeded", "check-cache": "Running"}


@pytest.mark.parametrize("template", PODS)
def test_success_is_every_pod_of_the_template(template):
    client = started(template)
    client.succeed("a", {"k": "v"})
    assert phases(client) == dict.fromkeys(("main", *PODS[template]), "Succeeded")


def test_what_comes_after_a_failure_is_omitted():
    client = started()
    client.fail("a", "upload", exit_code=31, message="why")
    client_2 = started()
    client_2.fail("a", "export-tables")
    assert phases(client)["upload"] == "Failed"
    assert (phases(client_2)["merge"], phases(client_2)["upload"]) == ("Succeeded", "Omitted")


def test_a_pod_that_does_not_exist_cannot_fail():
    with pytest.raises(ValueError, match="has finished"):
        started().fail("a", "nosuch")


def test_a_report_needs_a_running_pod():
    with pytest.raises(ValueError, match="no pod"):
        started().report("a", "1/2")


def test_a_retried_run_keeps_what_succeeded():
    client = started("pdf-parse-compact")
    client.fail("a", "publish")
    asyncio.run(client.retry("a"))
    assert phases(client) == {"main": "Running", "prepare": "Succeeded", "parse-shard-cpu": "Succeeded"}
    client.succeed("a")
    assert phases(client)["publish"] == "Succeeded"


def test_a_forgotten_run_is_gone():
    client = started()
    client.forget("a")
    assert asyncio.run(client.get("a")) is None


@pytest.mark.parametrize("ask", [lambda c: c.get("a"), lambda c: c.list(), lambda c: c.health(), lambda c: c.stop("a")])
def test_an_outage_is_seen_by_every_caller(ask):
    client = started()
    client.unavailable = True
    with pytest.raises(EngineUnavailable):
        asyncio.run(ask(client))
