"""Everything that is wrong with a file is told by fetch, under its own name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pdf_parser.domain import layout
from pdf_parser.errors import (
    CorruptPdf,
    EncryptedPdf,
    InvalidOptions,
    NotAPdf,
    PdfParserError,
    Sha256Mismatch,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    TooManyPages,
)
from steps import fetch
from steps.entrypoint import Context
from tests.pdfs import simple_pdf


def run(context: Context, tmp_path: Path, data: bytes | None, options: str = "{}") -> str:
    path = tmp_path / "document.pdf"
    if data is not None:
        path.write_bytes(data)
    return fetch.run({"task-id": "t1", "source": path.as_uri(), "options": options}, context)["sha256"]


def encrypted_pdf(tmp_path: Path, password: str) -> bytes:
    path = tmp_path / "encrypted.pdf"
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(simple_pdf(2))
    with pikepdf.open(plain) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user=password))
    return path.read_bytes()


def test_the_bytes_are_stored_once_under_their_hash(context, tmp_path):
    data = simple_pdf(2)
    sha256 = run(context, tmp_path, data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert context.store.get(layout.source(sha256)) == data
    assert run(context, tmp_path, data) == sha256


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (None, SourceNotFound),
        (b"", NotAPdf),
        (b"<html>not found</html>", NotAPdf),
        (b"%PDF-1.7\n%%EOF\n", CorruptPdf),
    ],
)
def test_bad_files_have_names(context, tmp_path, data, error):
    with pytest.raises(error):
        run(context, tmp_path, data)


def test_nothing_of_a_refused_file_is_stored(context, tmp_path):
    with pytest.raises(PdfParserError):
        run(context, tmp_path, b"no pdf")
    assert list(context.store.list("")) == []


def test_limits_on_size_and_pages(context, tmp_path):
    small = replace(context, settings=context.settings.model_copy(update={"max_source_bytes": 100}))
    with pytest.raises(SourceTooLarge):
        run(small, tmp_path, simple_pdf(1))
    few = replace(context, settings=context.settings.model_copy(update={"max_pages": 2}))
    with pytest.raises(TooManyPages):
        run(few, tmp_path, simple_pdf(3))
    run(few, tmp_path, simple_pdf(3), options='{"pages": "2-3"}')


def test_pages_that_are_not_there_are_refused(context, tmp_path):
    with pytest.raises(InvalidOptions, match="the document has 3"):
        run(context, tmp_path, simple_pdf(3), options='{"pages": "2-9"}')


def test_an_encrypted_file_needs_its_password(context, tmp_path, monkeypatch):
    data = encrypted_pdf(tmp_path, "letmein")
    with pytest.raises(EncryptedPdf):
        run(context, tmp_path, data)
    monkeypatch.setenv("PDF_PASSWORD_MINE", "wrong")
    with pytest.raises(EncryptedPdf):
        run(context, tmp_path, data, options='{"password_ref": "mine"}')
    monkeypatch.setenv("PDF_PASSWORD_MINE", "letmein")
    run(context, tmp_path, data, options='{"password_ref": "mine"}')


def test_an_owner_password_alone_does_not_lock_the_reader_out(context, tmp_path):
    run(context, tmp_path, encrypted_pdf(tmp_path, ""))


def test_a_secret_that_does_not_exist_is_named(context, tmp_path):
    with pytest.raises(InvalidOptions, match="There is no secret 'absent'"):
        run(context, tmp_path, simple_pdf(1), options='{"password_ref": "absent"}')


def test_files_outside_the_roots_are_forbidden(context, tmp_path):
    with pytest.raises(SourceForbidden):
        fetch.run({"task-id": "t1", "source": "file:///etc/passwd", "options": "{}"}, context)


def test_a_later_attempt_of_a_run_does_not_ask_the_source_again(context, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(simple_pdf(1))
    inputs = {"task-id": "t1", "source": path.as_uri(), "options": "{}"}
    first = fetch.run(inputs, context)
    path.unlink()
    assert fetch.run(inputs, context) == first
    with pytest.raises(SourceNotFound):
        fetch.run({**inputs, "task-id": "t2"}, context)


def test_another_source_under_the_same_task_is_fetched(context, tmp_path):
    hashes = []
    for pages in (1, 2):
        path = tmp_path / f"{pages}.pdf"
        path.write_bytes(simple_pdf(pages))
        hashes.append(fetch.run({"task-id": "t1", "source": path.as_uri(), "options": "{}"}, context)["sha256"])
    assert hashes[0] != hashes[1]


def test_other_bytes_than_those_of_the_given_hash_are_refused(context, tmp_path):
    right, wrong = hashlib.sha256(simple_pdf(1)).hexdigest(), "0" * 64
    assert run(context, tmp_path, simple_pdf(1), options=f'{{"sha256": "{right}"}}') == right
    with pytest.raises(Sha256Mismatch):
        run(context, tmp_path, simple_pdf(1), options=f'{{"sha256": "{wrong}"}}')
