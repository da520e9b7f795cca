"""Upload, poll, fetch the result: over the real API, the embedded engine, the compiled DAG and real stores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import BUCKET
from tests.e2e.service import Service
from tests.pdfs import simple_pdf


def local(url: str) -> Path:
    return Path(url.removeprefix("file://"))


@pytest.mark.parametrize("profile", ["express", "compact", "full"])
def test_a_document_goes_through_every_profile(tmp_path, env, profile):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(6))
    with Service({**env, "PROFILE": profile, "SHARD_MAX_PAGES": "2"}) as service:
        seen = service.follow(service.upload(source.as_uri()))
        last = seen[-1]
        assert last["state"] == "succeeded", last
        assert "This is page 6." in local(last["result_key"]).read_text()
        progress = [status["progress"] for status in seen]
        assert progress == sorted(progress) and progress[-1] == 100
        assert last["table_keys"] == []
        ledger = [json.loads(x) for x in local(last["result_key"]).with_name("pages.jsonl").read_text().splitlines()]
        assert [row["page"] for row in ledger] == [1, 2, 3, 4, 5, 6]
        again = service.follow(service.upload(source.as_uri()))[-1]
        assert (again["cached"], again["result_key"]) == (True, last["result_key"])
        assert source.read_bytes() == simple_pdf(6)


def test_an_express_run_hands_a_long_document_over(tmp_path, env):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(8))
    with Service({**env, "EXPRESS_MAX_SECONDS": "0.1", "SHARD_MAX_PAGES": "2"}) as service:
        last = service.follow(service.upload(source.as_uri()))[-1]
    assert (last["state"], last["pages"]["ok"]) == ("succeeded", 8)


BAD_SOURCES = [
    ("absent.pdf", None, "SourceNotFound"),
    ("text.pdf", b"hello", "NotAPdf"),
    ("header.pdf", b"%PDF-1.7\n%%EOF\n", "CorruptPdf"),
]


@pytest.mark.parametrize(("name", "data", "error"), BAD_SOURCES)
def test_bad_input_fails_by_name_and_says_what_to_do(tmp_path, env, name, data, error):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with Service(env) as service:
        last = service.follow(service.upload((tmp_path / name).as_uri()))[-1]
        assert (last["state"], last["error"]) == ("failed", error)
        assert last["error_detail"]["phase"] == "fetch"
        assert last["error_detail"]["user_action"]
        assert service.http.post("/upload", json={"url": "gopher://x/y"}).status_code == 422
        assert service.http.get("/status/pdf-unknown").status_code == 404


def test_upload_poll_result_over_s3(env, s3):
    """The contract: an object in, objects out, the source untouched; the same bytes again, presigned, hit the cache."""
    data = simple_pdf(3)
    s3.put_object(Bucket=BUCKET, Key="in/a.pdf", Body=data)
    with Service(env) as service:
        last = service.follow(service.upload(f"s3://{BUCKET}/in/a.pdf"))[-1]
        assert last["state"] == "succeeded", last
        assert last["result_key"].startswith(f"s3://{BUCKET}/parsed/results/")
        key = last["result_key"].removeprefix(f"s3://{BUCKET}/")
        assert b"This is page 3." in s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        signed = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "in/a.pdf"})
        assert service.follow(service.upload(signed))[-1]["cached"] is True
        missing = service.follow(service.upload(f"s3://{BUCKET}/in/absent.pdf"))[-1]
        assert missing["error"] == "SourceNotFound"
    assert s3.get_object(Bucket=BUCKET, Key="in/a.pdf")["Body"].read() == data
