"""Bytes that were parsed before are answered without a workflow, and nothing else is."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timezone

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.result import ResultFile
from pdf_parser.domain.run import TaskRecord
from pdf_parser.errors import StorageUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.results import key_of
from tests.api.manifests import manifest_of
from tests.events.conftest import SECRET
from tests.pdfs import simple_pdf

DATA = simple_pdf(1)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def finished(store):
    """Publishes a result as `upload` does, for options and settings; gives its key."""

    def put(options=None, changes=None, **settings):
        settings = Settings(_env_file=None, **settings)
        key = key_of(SHA256, options or ParseOptions(), settings)
        store.put(layout.result(key, "document.md"), b"text")
        files = (ResultFile(name="document.md", size_bytes=4, sha256=hashlib.sha256(b"text").hexdigest()),)
        facts = {"chunking": settings.chunking(), "files": files, "tables": 0, **(changes or {})}
        store.put(layout.manifest(key), manifest_of(key, **facts).model_dump_json().encode())
        return key

    return put


def submitted(api, client):
    return api.run(client.list())


# --- hits -------------------------------------------------------------------------------------------------------------
def test_a_given_hash_is_answered_without_a_workflow(api, client, store, finished):
    key = finished()
    task_id = api.upload(sha256=SHA256)
    status = api.status(task_id)
    assert (status["state"], status["cached"], status["progress"]) == ("succeeded", True, 100)
    assert status["result_key"] == store.url(layout.result(key, "document.md"))
    assert submitted(api, client) == []


def test_the_answer_outlives_a_restart(api, make_api, store, finished):
    finished()
    task_id = api.upload(sha256=SHA256)
    record = TaskRecord.model_validate_json(store.get(layout.task(task_id)))
    assert record.outcome.cached and record.outcome.finished_at <= datetime.now(timezone.utc)
    assert make_api().status(task_id)["state"] == "succeeded"


def test_a_hit_needs_no_engine_and_no_place_in_the_queue(make_api, client, finished):
    finished()
    api = make_api(max_q=0)
    client.unavailable = True
    assert api.status(api.upload(sha256=SHA256))["state"] == "succeeded"


def test_a_small_file_is_known_by_its_bytes_whatever_its_name(make_api, client, finished, tmp_path):
    finished()
    (tmp_path / "other name.pdf").write_bytes(DATA)
    api = make_api(source_file_roots=str(tmp_path))
    assert api.status(api.upload(url=(tmp_path / "other name.pdf").as_uri()))["cached"] is True
    (tmp_path / "other name.pdf").write_bytes(simple_pdf(2))
    assert api.status(api.upload(url=(tmp_path / "other name.pdf").as_uri()))["state"] == "pending"


def test_hits_are_counted(make_api, finished):
    finished()
    api = make_api()
    api.status(task_id := api.upload(sha256=SHA256))
    api.status(task_id)
    metrics = api.get("/metrics").text
    assert 'known_uploads_total{by="caller"} 1.0' in metrics


# --- no hits ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "asked", [{"force": True}, {"pages": "1"}, {"mode": "fast"}, {"parser": "docling"}, {"password_ref": "mine"}]
)
def test_force_other_options_and_passwords_are_submitted(api, finished, asked):
    finished()
    assert api.status(api.upload(sha256=SHA256, **asked))["state"] == "pending"


@pytest.mark.parametrize("changed", [{"figures": True}, {"chunk_size": 99}, {"default_parser": "rapidocr"}])
def test_a_service_with_other_settings_finds_nothing(make_api, finished, changed):
    finished()
    api = make_api(**changed)
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


@pytest.mark.parametrize(
    "changes",
    [{"partial": True}, {"missing_parsers": ("rapidocr",)}, {"sha256": "0" * 64}, {"fingerprint": "0" * 16}],
)
def test_a_manifest_that_is_no_hit_is_not_answered(api, finished, changes):
    finished(changes=changes)
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


def test_a_result_made_with_a_password_is_not_given_to_others(api, finished):
    finished(changes={"options": ParseOptions(password_ref="team-a")})
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


@pytest.mark.parametrize("damage", ["missing", "other size", "same size", "half published", "no manifest"])
def test_a_poisoned_result_is_not_answered(api, store, finished, damage):
    key = finished()
    document = layout.result(key, "document.md")
    if damage == "missing":
        store.delete(document)
    elif damage == "half published":
        store.put(layout.publishing(key), b"a run that was killed")
    elif damage == "no manifest":
        store.put(layout.manifest(key), b"{")
    else:
        time.sleep(0.01)  # folders tell times to some milliseconds
        store.put(document, b"t3xt" if damage == "same size" else b"longer text")
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


def test_without_trust_the_hash_of_a_caller_opens_nothing(make_api, finished, tmp_path):
    finished()
    (tmp_path / "a.pdf").write_bytes(DATA)
    api = make_api(trust_caller_sha256=False, source_file_roots=str(tmp_path))
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"
    own = (tmp_path / "a.pdf").as_uri()
    assert api.status(api.upload(url=own, sha256=SHA256))["cached"] is True
    assert api.status(api.upload(url=own, sha256="f" * 64))["state"] == "pending"


@pytest.mark.parametrize("sha256", ["", "abc", "A" * 64, "g" * 64, "../" * 21 + "a"])
def test_a_hash_that_is_none_is_refused(api, sha256):
    assert api.post("/upload", json={"url": "s3://b/k", "sha256": sha256}).status_code == 422


# --- never in the way -------------------------------------------------------------------------------------------------
class Slow(FolderStore):
    def list(self, prefix):
        time.sleep(0.5)
        return super().list(prefix)


class Broken(FolderStore):
    def list(self, prefix):
        raise StorageUnavailable


@pytest.mark.parametrize("kind", [Slow, Broken])
def test_a_look_that_takes_long_or_fails_submits(make_api, store, finished, kind):
    finished()
    api = make_api(store=kind(store.root), known_timeout_s=0.1)
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


def test_nobody_looks_when_that_is_switched_off(make_api, finished):
    finished()
    api = make_api(known_timeout_s=0)
    assert api.status(api.upload(sha256=SHA256))["state"] == "pending"


# --- which template ---------------------------------------------------------------------------------------------------
def template_of(api, client, **asked):
    return api.run(client.get(api.upload(**asked)))["spec"]["workflowTemplateRef"]["name"]


def test_large_documents_and_other_images_begin_with_the_fan_out(make_api, client, tmp_path):
    (tmp_path / "a.pdf").write_bytes(DATA)
    url = (tmp_path / "a.pdf").as_uri()
    large = make_api(source_file_roots=str(tmp_path), express_max_bytes=100)
    assert template_of(large, client, url=url) == "pdf-parse-compact"
    assert template_of(large, client) == "pdf-parse-express"  # whose size nobody knows
    api = make_api(source_file_roots=str(tmp_path))
    assert template_of(api, client, url=url) == "pdf-parse-express"
    assert template_of(api, client, parser="docling") == "pdf-parse-compact"


def test_bulk_has_a_template_of_its_own_and_keeps_it(make_api, client, store):
    api = make_api(profile="full")
    task_id = api.upload(priority="bulk")
    assert api.run(client.get(task_id))["spec"]["workflowTemplateRef"]["name"] == "pdf-parse-bulk"
    assert TaskRecord.model_validate_json(store.get(layout.task(task_id))).priority == "bulk"


def test_a_known_upload_is_a_run_where_somebody_wants_its_events(make_api, finished, client):
    finished()
    api = make_api(event_webhook_secrets=SECRET)
    task_id = api.upload(sha256=SHA256, callback="https://h.example/hook")
    assert api.run(client.get(task_id)) is not None
