"""The same bytes again, over the real service: no workflow, and never the wrong document."""

from __future__ import annotations

import hashlib

from tests.e2e.conftest import BUCKET
from tests.e2e.service import Service
from tests.pdfs import simple_pdf

DATA = simple_pdf(2)


def parsed(service, url, **options):
    end = service.follow(service.upload(url, **options))[-1]
    assert end["state"] == "succeeded", end
    return end


def known(service, url, **options):
    """Of an upload that is answered at once."""
    end = service.status(service.upload(url, **options))
    assert (end["state"], end["cached"]) == ("succeeded", True), end
    return end


def test_files_are_known_by_bytes_and_by_hash(tmp_path, env):
    first, copy = tmp_path / "first.pdf", tmp_path / "copy.pdf"
    first.write_bytes(DATA)
    copy.write_bytes(DATA)
    sha256 = hashlib.sha256(DATA).hexdigest()
    with Service(env) as service:
        result = parsed(service, first.as_uri())["result_key"]
        assert known(service, copy.as_uri())["result_key"] == result
        assert known(service, "https://example.com/elsewhere.pdf", sha256=sha256)["result_key"] == result
        assert parsed(service, copy.as_uri(), force=True)["cached"] is False
        copy.write_bytes(simple_pdf(3))
        assert parsed(service, copy.as_uri())["pages"]["ok"] == 3
        wrong = service.follow(service.upload(copy.as_uri(), sha256=sha256, force=True))[-1]
        assert (wrong["error"], wrong["error_detail"]["phase"]) == ("Sha256Mismatch", "fetch")
        known_id = service.upload(first.as_uri())
    with Service(env) as restarted:
        assert restarted.status(known_id)["result_key"] == result


def test_objects_are_known_by_etag_under_any_name(env, s3):
    def put(key, data):
        s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        return f"s3://{BUCKET}/{key}"

    with Service(env) as service:
        result = parsed(service, put("in/a.pdf", DATA))["result_key"]
        assert known(service, put("in/b.pdf", DATA))["result_key"] == result
        changed = parsed(service, put("in/a.pdf", simple_pdf(3)))
        assert (changed["cached"], changed["pages"]["ok"]) == (False, 3)
        assert 'known_uploads_total{by="name"} 1.0' in service.http.get("/metrics").text
        s3.delete_object(Bucket=BUCKET, Key=result.removeprefix(f"s3://{BUCKET}/"))
        assert parsed(service, f"s3://{BUCKET}/in/b.pdf")["cached"] is False
