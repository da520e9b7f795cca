"""kill -9 of service and engine in the middle of a fan-out: after a restart every page is there, once."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

from tests.e2e.service import Service
from tests.pdfs import simple_pdf

SHARDS = 20


def pages_done(store: Path) -> int:
    return len(list(store.glob("work/*/pages/*.json")))


def test_a_killed_engine_finishes_its_run_after_a_restart(tmp_path, env):
    source = tmp_path / "document.pdf"
    source.write_bytes(simple_pdf(SHARDS))
    service = Service({**env, "PROFILE": "full", "SHARD_MAX_PAGES": "1"})
    with service:
        task_id = service.upload(source.as_uri())
        deadline = time.monotonic() + 60
        while pages_done(tmp_path / "store") < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert 5 <= pages_done(tmp_path / "store") < SHARDS
        service.kill()
        service.start()
        last = service.follow(task_id)[-1]
        assert last["state"] == "succeeded", last
        ledger = Path(last["result_key"].removeprefix("file://")).with_name("pages.jsonl").read_text().splitlines()
        assert Counter(json.loads(row)["page"] for row in ledger) == Counter(range(1, SHARDS + 1))
        assert last["pages"]["ok"] == SHARDS
