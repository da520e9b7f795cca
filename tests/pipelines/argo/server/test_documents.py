"""What is kept of a document is what the service reads, no more."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest

from api.progress import read_run
from pipelines.argo.server.documents import slim, version_of
from tests.api.workflows import done, workflow

RECORDED = Path(__file__).parents[5] / "shared" / "status_examples" / "real"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="shared/status_examples is not beside this checkout")
@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_runs_read_the_same_when_slim(path):
    document = json.loads(path.read_text())
    slimmed = slim(document)
    assert read_run(slimmed) == read_run(document)
    assert slim(slimmed) == slimmed
    assert "storedWorkflowTemplateSpec" not in slimmed["status"] and "templates" not in slimmed["spec"]


def compressed(text: bytes) -> dict:
    document = workflow(phase="Running")
    document["status"] |= {"nodes": None, "compressedNodes": base64.b64encode(text).decode()}
    return document


def test_packed_nodes_are_unpacked():
    nodes = workflow(*done("fetch", "check-cache"))["status"]["nodes"]
    packed = slim(compressed(gzip.compress(json.dumps(nodes).encode())))
    assert read_run(packed).progress == 6


UNREADABLE = {
    "empty": b"",
    "zstd": b"\x28\xb5\x2f\xfd",
    "cut": gzip.compress(b"{")[:-3],
    "no-json": gzip.compress(b"{"),
    "no-map": gzip.compress(b"[1]"),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_nodes_that_cannot_be_unpacked_are_none(data):
    assert "nodes" not in slim(compressed(data))["status"]


def test_a_run_whose_nodes_lie_in_a_database_has_the_progress_that_argo_tells():
    offloaded = workflow(phase="Running", progress="3/10", offloadNodeStatusVersion="fnv:1")
    del offloaded["status"]["nodes"]
    assert read_run(slim(offloaded)).progress == 29


def test_the_deadline_of_the_template_is_kept():
    document = workflow(storedWorkflowTemplateSpec={"activeDeadlineSeconds": 77, "templates": []})
    assert slim(document)["spec"] == {"activeDeadlineSeconds": 77}
    assert slim({**document, "spec": {"activeDeadlineSeconds": 5}})["spec"] == {"activeDeadlineSeconds": 5}


@pytest.mark.parametrize(("text", "version"), [("12", 12), ("", 0), (None, 0), ("x", 0)])
def test_a_version_is_a_number(text, version):
    assert version_of({"metadata": {"resourceVersion": text}}) == version
