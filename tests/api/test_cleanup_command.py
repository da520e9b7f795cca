"""`pdf-parser cleanup` as the cron job calls it."""

from __future__ import annotations

import os

import pytest

from api.cli.age import SHORTEST
from api.cli.main import main
from pipelines.resources import BULK, INTERACTIVE

DAY_S = 86_400


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A store with one work folder that is four days old."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE_URL", f"file://{tmp_path}/store")
    plan = tmp_path / "store" / "work" / "key" / "plan.json"
    plan.parent.mkdir(parents=True)
    plan.write_text("{}")
    four_days_ago = plan.stat().st_mtime - 4 * DAY_S
    os.utime(plan, (four_days_ago, four_days_ago))
    return plan


@pytest.mark.parametrize(
    ("arguments", "is_left"),
    [([], False), (["--older-than", "3d"], False), (["--older-than", "97h"], True), (["--dry-run"], True)],
)
def test_what_is_older_goes(work, capsys, arguments, is_left):
    assert main(["cleanup", *arguments]) == 0
    assert work.exists() is is_left
    assert " of work/" in capsys.readouterr().out


@pytest.mark.parametrize("age", ["3", "1h", "soon", "0d", "-1d"])
def test_an_age_at_which_a_run_may_be_under_way_is_refused(work, age):
    with pytest.raises(SystemExit):
        main(["cleanup", f"--older-than={age}"])
    assert work.exists()


def test_no_run_lasts_as_long_as_the_shortest_age():
    assert max(BULK.deadline_s, INTERACTIVE.deadline_s) < SHORTEST.total_seconds()


def test_a_store_that_is_down_is_told_by_name(work, monkeypatch, capsys):
    monkeypatch.setenv("STORE_URL", "s3://bucket")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert main(["cleanup"]) == 31
    assert "StorageUnavailable" in capsys.readouterr().err
