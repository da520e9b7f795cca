"""POST /tasks/{task_id}/retry over the real engine: pages that are finished are not parsed again."""

from __future__ import annotations

import time

import pytest

from tests.e2e.service import Service
from tests.faults.counting import NAME, counted, counting_env
from tests.faults.misbehaving import FAULT_PAGE
from tests.pdfs import simple_pdf

PAGES = 6


@pytest.mark.parametrize("profile", ["express", "full"])
def test_a_retry_parses_only_what_is_missing(tmp_path, env, profile):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(PAGES))
    (tmp_path / "broken").touch()
    with Service({**counting_env(env, tmp_path), "PROFILE": profile, "SHARD_MAX_PAGES": "4"}) as service:
        task_id = service.upload(source.as_uri(), parser=NAME)
        failed = service.follow(task_id)[-1]
        assert (failed["state"], failed["error"]) == ("failed", "ParserUnavailable")
        assert counted(tmp_path) == list(range(1, FAULT_PAGE))
        (tmp_path / "broken").unlink()
        source.unlink()  # as a presigned URL that has expired meanwhile
        assert service.http.post(failed["links"]["retry"]).status_code == 202
        assert service.http.post(failed["links"]["retry"]).status_code == 409
        seen = service.follow(task_id)
    assert seen[-1]["state"] == "succeeded" and seen[-1]["pages"]["ok"] == PAGES
    assert counted(tmp_path) == list(range(1, PAGES + 1))
    progress = [status["progress"] for status in seen]
    assert progress == sorted(progress)


def test_a_second_upload_under_another_name_parses_nothing(tmp_path, env):
    with Service(counting_env(env, tmp_path)) as service:
        ends, times = [], []
        for name in ("one", "two", "three"):
            (tmp_path / f"{name}.pdf").write_bytes(simple_pdf(PAGES))
            started = time.monotonic()
            ends.append(service.follow(service.upload((tmp_path / f"{name}.pdf").as_uri(), parser=NAME), 0.01)[-1])
            times.append(time.monotonic() - started)
    assert counted(tmp_path) == list(range(1, PAGES + 1))
    assert [end["cached"] for end in ends] == [False, True, True]
    assert len({(end["result_key"], tuple(end["table_keys"])) for end in ends}) == 1
    print(f"first {times[0]:.2f} s, then {times[1]:.2f} s and {times[2]:.2f} s")  # noqa: T201 (for those who measure)
    assert min(times[1:]) < 10
