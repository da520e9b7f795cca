"""GET /result/{task_id}: from the bucket itself, or streamed; and what is said when there is nothing."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from api.archive import zip_of
from api.downloads import FILES, Format
from pdf_parser.domain import layout
from pdf_parser.storage.folder import FolderStore
from tests.api.manifests import FILES as PUBLISHED


class Bucket(FolderStore):
    """A folder that signs URLs as a bucket does."""

    def presign(self, key, expires_s):
        return f"https://bucket.example/{key}?X-Amz-Expires={expires_s}"


@pytest.fixture
def finish(client, store, key, publish):
    """A succeeded run, each file of which says its own name."""

    def make(api):
        publish()
        for name in {*PUBLISHED, *(name for name, _ in FILES.values())} - {layout.MANIFEST}:
            store.put(layout.result(key, name), f"this is {name}".encode())
        client.succeed(task_id := api.upload(), {"cache-key": str(key)})
        return task_id

    return make


@pytest.mark.parametrize("form", [form for form in FILES if form is not Format.MANIFEST])
def test_a_folder_sends_the_file_itself(api, finish, form):
    answer = api.get(f"/result/{finish(api)}", params={"format": form.value})
    name, media_type = FILES[form]
    assert (answer.status_code, answer.text) == (200, f"this is {name}")
    assert answer.headers["content-type"].startswith(media_type.partition(";")[0])


def test_markdown_is_what_comes_without_asking(api, finish):
    answer = api.get(f"/result/{finish(api)}")
    assert answer.text == "this is document.md"
    assert answer.headers["content-disposition"] == 'attachment; filename="document.md"'


def test_the_link_in_the_status_leads_here(api, finish):
    task_id = finish(api)
    assert api.get(api.status(task_id)["links"]["result"]).text == "this is document.md"


def test_a_bucket_is_asked_by_the_caller_itself(make_api, store, finish, key):
    api = make_api(store=Bucket(store.root), presign_expires_s=77)
    answer = api.get(f"/result/{finish(api)}", params={"format": "chunks"})
    assert answer.status_code == 302
    place = f"https://bucket.example/{layout.result(key, layout.CHUNKS)}?X-Amz-Expires=77"
    assert answer.headers["Location"] == place


def test_the_zip_has_every_file_of_the_manifest(api, finish, key):
    task_id = finish(api)
    answer = api.get(f"/result/{task_id}", params={"format": "zip"})
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert set(archive.namelist()) == {*PUBLISHED, layout.MANIFEST}
    assert archive.read("tables/0001.csv") == b"this is tables/0001.csv"
    assert task_id in answer.headers["content-disposition"]


def test_a_large_zip_is_sent_in_small_pieces(store, key, publish):
    manifest = publish()
    for name in PUBLISHED:
        store.put(layout.result(key, name), bytes(range(256)) * 16_000)
    pieces = [len(piece) for piece in zip_of(store, key, manifest)]
    assert len(pieces) > 50 and max(pieces) < 1 << 20


def test_an_unfinished_run_has_no_result_yet(api, client):
    client.advance(task_id := api.upload())
    answer = api.get(f"/result/{task_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "RunNotFinished")


def test_a_failed_run_says_why(api, client):
    client.fail(task_id := api.upload(), exit_code=12)
    answer = api.get(f"/result/{task_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "RunHasFailed")
    assert "EncryptedPdf" in answer.json()["detail"]


def test_a_file_that_this_result_lacks_is_404(api, client, publish, key):
    publish()
    client.succeed(task_id := api.upload(), {"cache-key": str(key)})
    assert api.get(f"/result/{task_id}").json()["code"] == "ObjectNotFound"


def test_a_format_that_does_not_exist_is_refused(api):
    assert api.get("/result/pdf-x", params={"format": "docx"}).json()["code"] == "InvalidOptions"


def test_an_unknown_run_is_404(api):
    assert api.get("/result/pdf-unknown").json()["code"] == "RunNotFound"
