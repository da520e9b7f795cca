"""`pdf-parser parse` as users call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from tests.pdfs import simple_pdf

FIELDS = ["file", "task_id", "state", "error", "cached", "pages", "seconds"]
FILES = {"document.md", "document.jsonl", "pages.jsonl", "chunks.jsonl", "manifest.json", "tables"}


def parse(env: dict[str, str], *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    command = [sys.executable, "-m", "api.cli.main", "parse", "--json", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_many_files_side_by_side(tmp_path, env):
    for name, pages in (("one", 1), ("two", 2)):
        (tmp_path / f"{name}.pdf").write_bytes(simple_pdf(pages, words=name))
    (tmp_path / "bad.pdf").write_bytes(b"not a pdf")
    files = [str(tmp_path / f"{name}.pdf") for name in ("one", "two", "bad")]
    code, rows, _ = parse(env, *files, "--out", str(tmp_path / "out"))
    assert code == 1
    by_file = {Path(str(row["file"])).stem: row for row in rows}
    assert [list(row)[: len(FIELDS)] for row in rows] == [FIELDS] * 3
    assert (by_file["two"]["state"], by_file["two"]["pages"]) == ("succeeded", 2)
    assert (by_file["bad"]["state"], by_file["bad"]["error"]) == ("failed", "NotAPdf")
    assert {path.name for path in (tmp_path / "out/two").iterdir()} >= FILES
    assert "This is two 2." in (tmp_path / "out/two/document.md").read_text()
    assert not (tmp_path / "out/bad").exists()


def test_the_second_run_is_a_cache_hit(tmp_path, env):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(2))
    first = parse(env, str(source), "--out", str(tmp_path / "out"))
    second = parse(env, str(source), "--out", str(tmp_path / "out"))
    forced = parse(env, str(source), "--out", str(tmp_path / "out"), "--force")
    assert [run[1][0]["cached"] for run in (first, second, forced)] == [False, True, False]
    assert [run[0] for run in (first, second, forced)] == [0, 0, 0]


def test_pages_and_password(tmp_path, env):
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(simple_pdf(5))
    with pikepdf.open(plain) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="pass word"))
    arguments = (str(tmp_path / "locked.pdf"), "--out", str(tmp_path / "out"), "--pages", "2,4-5")
    assert parse(env, *arguments)[1][0]["error"] == "EncryptedPdf"
    assert parse(env, *arguments, "--password", "wrong")[1][0]["error"] == "EncryptedPdf"
    code, (row,), _ = parse(env, *arguments, "--password", "pass word")
    assert (code, row["state"], row["pages"]) == (0, "succeeded", 3)
    ledger = [json.loads(line)["page"] for line in (tmp_path / "out/locked/pages.jsonl").read_text().splitlines()]
    assert ledger == [2, 4, 5]
    assert "pass word" not in "".join(p.read_text(errors="replace") for p in tmp_path.rglob("*.json"))


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path, env):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.pdf").write_bytes(simple_pdf(1, words=folder))
    files = [str(tmp_path / folder / "x.pdf") for folder in ("a", "b")]
    assert parse(env, *files, "--out", str(tmp_path / "out"))[0] == 0
    assert "This is a 1." in (tmp_path / "out/x/document.md").read_text()
    assert "This is b 1." in (tmp_path / "out/x-2/document.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--pages", "9-2"], "page ranges start at 1 and ascend"),
        (["--pages", "all"], 'pages must look like "1-5,9"'),
        (["--nonsense"], "unrecognized arguments"),
    ],
)
def test_wrong_arguments_are_told_at_once(tmp_path, env, arguments, told):
    code, rows, stderr = parse(env, "x.pdf", "--out", str(tmp_path), *arguments)
    assert (code, rows) == (2, [])
    assert told in stderr


def test_chunks_on_stdout(tmp_path, env):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(3))
    command = [sys.executable, "-m", "pdf_parser.split", str(source)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    chunks = [json.loads(line) for line in done.stdout.splitlines()]
    assert "This is page 1." in chunks[0]["text"] and chunks[-1]["last_page"] == 3
