"""POST /uploads and PUT /uploads/{id}: bytes get into the store by a URL that is good for them alone."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import datetime, timedelta, timezone

import pytest

from api.schemas import UploadUrlRequest
from api.uploads import Ticket, Uploads
from pdf_parser.domain import layout
from pdf_parser.errors import UploadExpired
from pdf_parser.settings import Settings
from pdf_parser.storage.base import SignedUpload
from pdf_parser.storage.folder import FolderStore
from pdf_parser.storage.sources import fetch_source, look_at_source

PDF = b"%PDF-1.7 and so on"


class Bucket(FolderStore):
    def presign_put(self, key, size_bytes, content_type, expires_s):
        headers = {"Content-Length": str(size_bytes), "Content-Type": content_type}
        return SignedUpload(f"https://bucket.example/{key}?X-Amz-Signature=1", headers)


def offer(api, **body):
    answer = api.post("/uploads", json={"size_bytes": len(PDF), **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(api, url, content=PDF):
    return api.request("PUT", url, content=content, headers={"Content-Type": "application/pdf"})


def test_uploaded_bytes_are_the_source_of_a_run(api, client, store, tmp_path):
    offered = offer(api)
    answer = put(api, offered["upload_url"])
    assert (answer.status_code, answer.json()) == (201, {"source_url": offered["source_url"]})
    assert api.upload(url=offered["source_url"])
    with (tmp_path / "fetched").open("wb") as target:
        fetch_source(offered["source_url"], target, settings=Settings(_env_file=None), store=store)
    assert (tmp_path / "fetched").read_bytes() == PDF


def test_a_bucket_takes_the_bytes_itself(make_api, store):
    offered = offer(make_api(store=Bucket(store.root)))
    assert offered["upload_url"].startswith("https://bucket.example/work/uploads/")
    assert offered["headers"] == {"Content-Length": str(len(PDF)), "Content-Type": "application/pdf"}
    assert list(store.list("work/")) == []


def test_known_bytes_need_no_upload(api, store):
    sha256 = hashlib.sha256(PDF).hexdigest()
    store.put(layout.source(sha256), PDF)
    offered = offer(api, sha256=sha256)
    assert (offered["upload_url"], offered["source_url"]) == (None, f"store://sources/{sha256}.pdf")
    assert api.upload(url=offered["source_url"])


def test_a_hash_without_the_size_does_not_open_anything(api, store):
    sha256 = hashlib.sha256(PDF).hexdigest()
    store.put(layout.source(sha256), PDF)
    assert offer(api, sha256=sha256, size_bytes=3)["upload_url"] is not None


def test_a_large_upload_streams_past_the_body_limit(api, store):
    content = b"%PDF" + bytes(3 << 20)
    offered = offer(api, size_bytes=len(content))
    assert put(api, offered["upload_url"], content).status_code == 201
    assert store.get(offered["source_url"].removeprefix("store://")) == content


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(PDF + b"!", 413, "SourceTooLarge"), (PDF[:-1], 422, "IncompleteUpload"), (b"", 422, "IncompleteUpload")],
)
def test_another_size_than_announced_is_refused_and_leaves_nothing(api, store, content, status, code):
    offered = offer(api)
    answer = put(api, offered["upload_url"], content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert store.head(offered["source_url"].removeprefix("store://")) is None
    assert put(api, offered["upload_url"]).status_code == 201


def test_an_upload_url_works_once(api):
    url = offer(api)["upload_url"]
    assert [put(api, url).status_code for _ in range(2)] == [201, 410]


@pytest.mark.parametrize("upload_id", ["x", "0" * 26, "..%2F..%2Fetc", "A" * 26])
def test_an_invented_url_is_410(api, upload_id):
    assert put(api, f"/uploads/{upload_id}").json()["code"] in ("UploadExpired", "NotFound")


def test_an_expired_url_is_410(api, store):
    url = offer(api)["upload_url"]
    past = datetime.now(timezone.utc) - timedelta(seconds=1)
    ticket = Ticket(size_bytes=len(PDF), expires_at=past).model_dump_json().encode()
    store.put(layout.upload_ticket(url.rpartition("/")[2]), ticket)
    assert put(api, url).json()["code"] == "UploadExpired"


def test_a_body_that_does_not_end_in_time_is_given_up(api, store):
    uploads = Uploads(store, Settings(_env_file=None, presign_expires_s=1))
    offered = api.run(uploads.offer(UploadUrlRequest(size_bytes=len(PDF))))

    async def slowly():
        yield PDF[:3]
        await asyncio.sleep(30)

    with pytest.raises(UploadExpired):
        api.run(uploads.take(offered.upload_url.rpartition("/")[2], slowly()))


@pytest.mark.parametrize("body", [{}, {"size_bytes": 0}, {"size_bytes": 1, "sha256": "A" * 64}, {"size_bytes": "a"}])
def test_what_cannot_be_right_is_refused(api, body):
    assert api.post("/uploads", json=body).json()["code"] == "InvalidOptions"


def test_more_than_the_service_accepts_is_refused_before_the_upload(make_api):
    answer = make_api(max_source_bytes=10).post("/uploads", json={"size_bytes": 11})
    assert (answer.status_code, answer.json()["code"]) == (413, "SourceTooLarge")


@pytest.mark.parametrize(
    "url",
    [
        "store://results/x/y/document.md",
        "store://tasks/pdf-1.json",
        "store://work/uploads/../../tasks/pdf-1.json",
        f"store://work/uploads/{'a' * 26}.json",
        "store://",
        "store://sources/abc.pdf",
    ],
)
def test_nothing_else_in_the_store_can_be_a_source(api, url):
    assert api.post("/upload", content=json.dumps({"url": url})).json()["code"] == "InvalidOptions"


def test_uploads_that_nobody_came_back_for_are_cleaned_up_one_by_one():
    names = [layout.upload("a" * 26), layout.upload_ticket("a" * 26), layout.upload("b" * 26)]
    assert len({layout.work_owner(name) for name in names}) == 3


def test_a_source_that_is_kept_by_its_hash_tells_it_without_being_read(store):
    store.put(layout.source("a" * 64), PDF)
    facts = look_at_source(f"store://sources/{'a' * 64}.pdf", settings=Settings(_env_file=None), store=store)
    assert (facts.size_bytes, facts.sha256) == (len(PDF), "a" * 64)
