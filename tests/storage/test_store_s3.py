from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from mypy_boto3_s3 import S3Client

from pdf_parser.errors import ObjectNotFound, StorageUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.s3 import S3Store, make_client
from tests.storage.storage_servers import Site, hang_up, in_turn, reply

MakeSettings = Callable[..., Settings]


@pytest.fixture
def odd(site: Site, site_client: S3Client) -> S3Store:
    """A store whose server answers what the test says."""
    return S3Store("b", "", site_client)


def s3_error(status: int, code: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return reply(status, f"<Error><Code>{code}</Code><Message>says the test</Message></Error>".encode())


def every_call(store: S3Store, tmp_path: Path) -> list[Callable[[], object]]:
    local = tmp_path / "local"
    local.write_bytes(b"x")
    return [
        lambda: store.put("a", b"x"),
        lambda: store.put_if_absent("a", b"x"),
        lambda: store.put_file("a", local),
        lambda: store.get("a"),
        lambda: store.open("a"),
        lambda: store.download("a", local),
        lambda: store.head("a"),
        lambda: list(store.list("")),
        lambda: store.copy("a", "b"),
        lambda: store.delete("a"),
        store.check,
    ]


def test_presigned_url_can_be_read_without_credentials(bucket: S3Store) -> None:
    bucket.put("results/é a.md", b"# text", "text/markdown; charset=utf-8")
    answer = httpx.get(bucket.presign("results/é a.md", 60))
    assert answer.content == b"# text"
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"


def test_signed_upload_is_taken_without_credentials(bucket: S3Store) -> None:
    signed = bucket.presign_put("work/uploads/a.pdf", 4, "application/pdf", 60)
    assert signed is not None
    assert httpx.put(signed.url, content=b"%PDF", headers=dict(signed.headers)).status_code == 200
    assert bucket.get("work/uploads/a.pdf") == b"%PDF"
    assert bucket.client.head_object(Bucket=bucket.bucket, Key="work/uploads/a.pdf")["ContentType"] == "application/pdf"


def test_size_and_type_of_a_signed_upload_are_signed(make_settings: MakeSettings) -> None:
    """moto checks no signatures, a real server does: another length or type is then another request."""
    store = S3Store("b", "", make_client(make_settings(s3_endpoint_url="http://minio:9000")))
    signed = store.presign_put("a", 4, "application/pdf", 60)
    assert signed is not None
    assert "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost" in signed.url


def test_presigned_url_is_signed_with_version_4(make_settings: MakeSettings) -> None:
    store = S3Store("b", "", make_client(make_settings()))
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in store.presign("a", 60)
    assert "X-Amz-Expires=60" in store.presign("a", 60)


@pytest.mark.parametrize("size_bytes", [10, 17 << 20])
def test_content_type_survives_upload_and_copy(bucket: S3Store, tmp_path: Path, size_bytes: int) -> None:
    (tmp_path / "a.pdf").write_bytes(bytes(size_bytes))
    bucket.put_file("a.pdf", tmp_path / "a.pdf", "application/pdf")
    bucket.copy("a.pdf", "b.pdf")
    head = bucket.client.head_object(Bucket=bucket.bucket, Key="b.pdf")
    assert (head["ContentType"], head["ContentLength"]) == ("application/pdf", size_bytes)


def test_url_names_bucket_and_key(bucket: S3Store) -> None:
    assert bucket.url("results/a.md") == f"s3://{bucket.bucket}/results/a.md"


def test_prefix_keeps_stores_apart(bucket: S3Store) -> None:
    one, two = S3Store(bucket.bucket, "one", bucket.client), S3Store(bucket.bucket, "/one-more/", bucket.client)
    one.put("a", b"1")
    two.put("a", b"2")
    assert [info.key for info in one.list("")] == ["a"]
    assert two.get("a") == b"2"
    assert bucket.get("one-more/a") == b"2"


def test_folder_markers_of_consoles_are_not_listed(bucket: S3Store) -> None:
    bucket.client.put_object(Bucket=bucket.bucket, Key="marked/", Body=b"")
    bucket.put("marked/a", b"x")
    assert [info.key for info in bucket.list("marked/")] == ["marked/a"]


def test_missing_bucket_is_storage_unavailable_everywhere(bucket: S3Store, tmp_path: Path) -> None:
    store = S3Store("no-such-bucket", "", bucket.client)
    for call in every_call(store, tmp_path):
        with pytest.raises(StorageUnavailable) as caught:
            call()
        assert caught.value.__cause__ is not None


def test_closed_port_is_storage_unavailable_everywhere(
    make_settings: MakeSettings, closed_port: int, tmp_path: Path
) -> None:
    endpoint = f"http://127.0.0.1:{closed_port}"
    store = S3Store("b", "", make_client(make_settings(s3_endpoint_url=endpoint), max_attempts=1))
    for call in every_call(store, tmp_path):
        with pytest.raises(StorageUnavailable, match=endpoint) as caught:
            call()
        assert caught.value.__cause__ is not None


@pytest.mark.parametrize(("status", "code"), [(403, "AccessDenied"), (400, "ExpiredToken"), (501, "NotImplemented")])
def test_refusal_is_storage_unavailable_everywhere(
    site: Site, odd: S3Store, tmp_path: Path, status: int, code: str
) -> None:
    site.answers = {path: s3_error(status, code) for path in ["/b", "/b/a", "/b/b"]}
    for call in every_call(odd, tmp_path):
        with pytest.raises(StorageUnavailable):
            call()


def test_endpoint_that_redirects_to_https_is_storage_unavailable(site: Site, odd: S3Store) -> None:
    site.answers = {path: reply(301, b"<html>", Location="https://host/") for path in ["/b", "/b/a"]}
    calls: list[Callable[[], object]] = [odd.check, lambda: odd.get("a"), lambda: odd.put("a", b"x")]
    for call in calls:
        with pytest.raises(StorageUnavailable):
            call()


def test_missing_credentials_are_storage_unavailable(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    store = S3Store("b", "", make_client(make_settings(), max_attempts=1))
    calls: list[Callable[[], object]] = [store.check, lambda: store.presign("a", 60)]
    for call in calls:
        with pytest.raises(StorageUnavailable, match="credentials"):
            call()


def test_busy_server_is_asked_again(site: Site, odd: S3Store) -> None:
    site.answers["/b/a"] = in_turn(s3_error(503, "SlowDown"), reply(200, b"text"))
    assert odd.get("a") == b"text"


@pytest.mark.parametrize("read", [lambda store: store.get("a"), lambda store: [*store.open("a")]])
def test_body_that_breaks_off_is_storage_unavailable(
    site: Site, odd: S3Store, read: Callable[[S3Store], object]
) -> None:
    site.answers["/b/a"] = reply(200, b"only this\n", length=1000)
    with pytest.raises(StorageUnavailable, match="s3://b/a"):
        read(odd)


def test_conflicting_writes_are_tried_again(site: Site, odd: S3Store) -> None:
    conflict = s3_error(409, "ConditionalRequestConflict")
    site.answers["/b/a"] = in_turn(conflict, conflict, reply(200, ETag='"e"'))
    assert odd.put_if_absent("a", b"x") is True
    assert len(site.requests) == 3


def test_endless_conflict_is_storage_unavailable(site: Site, odd: S3Store) -> None:
    site.answers["/b/a"] = s3_error(409, "ConditionalRequestConflict")
    with pytest.raises(StorageUnavailable, match="other writers"):
        odd.put_if_absent("a", b"x")


def test_put_whose_first_answer_was_lost_has_still_won(site: Site, odd: S3Store) -> None:
    """boto3 sends the bytes again, and meets its own object."""
    writers: list[str] = []

    def store_and_hang_up(request: BaseHTTPRequestHandler) -> None:
        writers.append(request.headers["x-amz-meta-writer"])
        hang_up(request)

    def head(request: BaseHTTPRequestHandler) -> None:
        reply(200, x_amz_meta_writer=writers[0])(request)

    site.answers["/b/a"] = in_turn(store_and_hang_up, s3_error(412, "PreconditionFailed"), head)
    assert odd.put_if_absent("a", b"x") is True


def test_put_that_meets_the_object_of_another_has_lost(site: Site, odd: S3Store) -> None:
    site.answers["/b/a"] = in_turn(s3_error(412, "PreconditionFailed"), reply(200, x_amz_meta_writer="another"))
    assert odd.put_if_absent("a", b"x") is False


def test_missing_bucket_is_not_taken_for_a_missing_key(site: Site, odd: S3Store, tmp_path: Path) -> None:
    site.answers = {"/b/a": reply(404), "/b": reply(404)}
    with pytest.raises(StorageUnavailable, match="no such bucket"):
        odd.head("a")
    site.answers["/b"] = reply(200)
    assert odd.head("a") is None
    with pytest.raises(ObjectNotFound):
        odd.download("a", tmp_path / "local")
