"""The client against the real app: every operation, blocking and asynchronous alike."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser_client import (
    InvalidOptions,
    RunFailed,
    RunFinished,
    RunNotFailed,
    RunNotFinished,
    RunNotFound,
    StillRunning,
)
from pdf_parser_client.client import sha256_of
from tests.api.manifests import FILES

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 small")
    return path


def test_a_local_file_goes_all_the_way_to_markdown(client, pdf, store):
    seen = []
    parsed = client.parse(pdf, on_status=seen.append, parser="auto", tags=["t"])
    assert parsed.markdown == "# Title\n"
    assert parsed.status.succeeded and seen[-1] == parsed.status
    assert [info.size_bytes for info in store.list("work/uploads/")] == [14]


def test_bytes_that_the_service_knows_are_not_sent(client, pdf, store):
    store.put(layout.source(sha256_of(pdf)), pdf.read_bytes())
    assert client.upload_file(pdf) == f"store://sources/{sha256_of(pdf)}.pdf"
    assert list(store.list("work/uploads/")) == []


def test_a_url_is_parsed_where_it_is(client):
    assert client.parse("s3://bucket/a.pdf").status.result_key.endswith("document.md")


def test_a_failed_run_raises_with_its_status(client, engine):
    engine.exit_code = 12
    with pytest.raises(RunFailed, match="EncryptedPdf") as failed:
        client.parse("s3://bucket/a.pdf")
    assert failed.value.status.error == "EncryptedPdf"


def test_who_will_not_wait_longer_is_told(client, engine):
    engine.exit_code = None
    with pytest.raises(StillRunning):
        client.wait(client.submit("s3://bucket/a.pdf"), timeout_s=1)


def test_a_run_is_submitted_followed_and_fetched(client, store):
    task_id = client.submit("s3://bucket/a.pdf", pages="1-2", mode="fast")
    with pytest.raises(RunNotFinished):
        client.result(task_id)
    assert client.wait(task_id).succeeded
    for name in FILES:
        store.put(layout.result(KEY, name), b"x")
    assert set(ZipFile(io.BytesIO(client.result(task_id, "zip"))).namelist()) == {*FILES, "manifest.json"}


def test_a_run_is_canceled_and_retried(client, engine):
    engine.exit_code = None
    task_id = client.submit("s3://bucket/a.pdf")
    assert client.cancel(task_id).error == "Canceled"
    client.retry(task_id)
    assert not client.status(task_id).is_final
    with pytest.raises(RunNotFailed):
        client.retry(task_id)


def test_a_finished_run_cannot_be_canceled(client):
    client.wait(task_id := client.submit("s3://bucket/a.pdf"))
    with pytest.raises(RunFinished):
        client.cancel(task_id)


def test_runs_are_listed_page_by_page(client, engine):
    engine.exit_code = None
    made = [client.submit("s3://bucket/a.pdf", tags=["t"]) for _ in range(3)]
    first = client.list(tag="t", limit=2)
    rest = client.list(tag="t", limit=2, cursor=first.next)
    assert sorted(task.task_id for task in first.tasks + rest.tasks) == sorted(made)
    assert (first.tasks[0].state, rest.next) == ("pending", None)


def test_problems_are_exceptions_with_their_facts(client):
    with pytest.raises(RunNotFound) as unknown:
        client.status("pdf-unknown")
    assert (unknown.value.status, unknown.value.code) == (404, "RunNotFound")
    assert unknown.value.user_action and unknown.value.correlation_id
    with pytest.raises(InvalidOptions):
        client.submit("ftp://host/a.pdf")
