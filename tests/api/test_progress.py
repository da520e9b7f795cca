"""The mapper on small documents: what each kind of node is worth, and what is said about a run."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from api.progress import climb, read_run
from pdf_parser.domain.run import RunState
from tests.api.workflows import classified, done, node, retry, shards, workflow

SHA, FINGERPRINT = "a" * 64, "b" * 16


def test_a_workflow_nobody_has_looked_at_is_pending():
    view = read_run({"metadata": {"name": "x"}})
    assert (view.state, view.progress, view.stage, view.error) == (RunState.PENDING, 0, None, None)


def test_null_fields_are_read_as_absent():
    empty = dict.fromkeys(("outputs", "children", "nodeFlag", "progress", "message", "finishedAt"))
    document = workflow(node("fetch") | empty, startedAt=None, finishedAt=None, message=None)
    document["metadata"]["creationTimestamp"] = None
    assert read_run(document).progress == 4


def test_times_are_aware():
    view = read_run(workflow(phase="Failed", startedAt="2026-01-01T00:00:01Z", finishedAt="2026-01-01T00:00:02Z"))
    assert view.finished_at == datetime(2026, 1, 1, 0, 0, 2, tzinfo=timezone.utc)


# --- progress -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("nodes", "progress", "stage"),
    [
        ([node("fetch", "Pending")], 0, "fetch"),
        (done("fetch"), 4, "check-cache"),
        (done("fetch", "check-cache"), 6, "classify"),
        ([*done("fetch", "check-cache", "classify"), node("merge", "Running")], 12, "parse-shard"),
        ([*classified(cpu="[0]"), *shards("1/1"), node("merge", "Running")], 84, "merge"),
        ([*classified(cpu="[0]"), *shards("1/1"), *done("merge", "export-tables")], 95, "upload"),
        ([*classified(cpu="[0]"), *shards("1/1"), *done("merge", "export-tables", "upload")], 99, "finish"),
    ],
)
def test_each_step_adds_its_weight(nodes, progress, stage):
    view = read_run(workflow(*nodes))
    assert (view.progress, view.stage) == (progress, stage)


def test_shards_weigh_by_their_pages():
    view = read_run(workflow(*classified(cpu="[0,1]"), *shards("10/10", "0/30")))
    assert view.progress == 12 + 72 * 10 // 40
    assert view.pages is not None and (view.pages.total, view.pages.done) == (40, 10)


def test_both_lanes_share_one_weight():
    gpu = shards("5/10", lane="gpu")
    assert read_run(workflow(*classified(gpu="[0]", cpu="[1]"), *gpu, *shards("5/10"))).progress == 48


def test_shards_without_a_node_count_in_the_denominator():
    assert read_run(workflow(*classified(cpu="[0,1,2,3]"), *shards("1/1"))).progress == 12 + 72 // 4


def test_a_shard_that_has_not_reported_is_taken_for_a_typical_one():
    view = read_run(workflow(*classified(cpu="[0,1]"), *shards("16/16", None)))
    assert (view.progress, view.pages) == (48, None)


def test_a_pod_that_has_not_ended_is_never_complete():
    pod = node("parse-shard-cpu", "Running", "cpu(0:0)", progress="16/16")
    assert read_run(workflow(*classified(cpu="[0]"), pod)).progress == int(12 + 72 * 0.99)


def test_only_pods_report():
    group = node("parse-shard-cpu", "Running", "cpu", type="TaskGroup", progress="9/10")
    assert read_run(workflow(*classified(cpu="[0]"), group)).progress == 12


def test_the_last_attempt_counts():
    tries = [{"phase": "Failed", "progress": "15/16"}, {"phase": "Running", "progress": "4/16"}]
    view = read_run(workflow(*classified(cpu="[0]"), *retry("parse-shard-cpu", "Running", tries, "cpu(0:0)")))
    assert view.progress == 12 + 72 // 4


def test_pages_of_an_earlier_attempt_are_remembered():
    tries = [{"phase": "Failed", "progress": "15/16"}, {"phase": "Pending", "progress": "0/1"}]
    view = read_run(workflow(*classified(cpu="[0]"), *retry("parse-shard-cpu", "Running", tries, "cpu(0:0)")))
    assert view.pages is not None and view.pages.total == 16


def test_a_listed_attempt_without_a_node_is_not_there_yet():
    parent = retry("fetch", "Running", [{}])[0]
    assert read_run(workflow(parent)).progress == 0


def test_an_unreadable_shard_list_is_an_empty_one():
    assert read_run(workflow(*classified(gpu="not json", cpu="{}"))).state is RunState.RUNNING


def test_offloaded_nodes_leave_the_controllers_own_count():
    assert read_run(workflow(progress="412/2070")).progress == 19
    assert read_run(workflow(progress="0/0")).progress == 0


# --- stages ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("report", "progress", "stage"),
    [
        ("0/1", 0, "fetch"),
        ("3/100", 3, "fetch"),
        ("4/100", 4, "check-cache"),
        ("12/100", 12, "parse-shard"),
        ("83/100", 83, "parse-shard"),
        ("95/100", 95, "upload"),
        ("100/100", 99, "upload"),
    ],
)
def test_an_express_pod_reports_percent_of_the_run(report, progress, stage):
    view = read_run(workflow(node("express", "Running", progress=report)))
    assert (view.progress, view.stage) == (progress, stage)


def test_an_express_pod_that_handed_over_has_only_prepared():
    express = node("express", outputs={"handed-over": "true", "cpu-shards": "[0,1]", "gpu-shards": "[]"})
    view = read_run(workflow(express, *shards("1/1")))
    assert (view.progress, view.stage) == (48, "parse-shard")


def test_an_express_pod_that_did_all_is_all():
    express = node("express", outputs={"handed-over": "false", "cpu-shards": "[]", "gpu-shards": "[]"})
    assert read_run(workflow(express)).progress == 99


def test_compact_stages_report_their_own_weights():
    assert read_run(workflow(node("prepare", "Running", progress="5/12"))).stage == "check-cache"
    prepared = node("prepare", outputs={"hit": "false", "gpu-shards": "[]", "cpu-shards": "[0]"})
    view = read_run(workflow(prepared, *shards("8/8"), node("publish", "Running", progress="6/16")))
    assert (view.progress, view.stage) == (90, "export-tables")


# --- the cache ------------------------------------------------------------------------------------------------------
def test_a_cache_hit_leaves_nothing_to_do():
    view = read_run(workflow(node("fetch"), node("check-cache", outputs={"hit": "true"})))
    assert (view.cached, view.progress, view.stage) == (True, 99, "finish")


def test_outputs_of_a_failed_attempt_do_not_count():
    tries = [{"phase": "Failed", "outputs": {"hit": "true"}}, {"phase": "Running"}]
    assert read_run(workflow(node("fetch"), *retry("check-cache", "Running", tries))).cached is None


@pytest.mark.parametrize(
    "outputs",
    [
        {"cache-key": f"{SHA}-{FINGERPRINT}", "result-key": ""},
        {"result-key": f"results/{SHA}/{FINGERPRINT}/document.md"},
        {"cache-key": "strange", "result-key": f"results/{SHA}/{FINGERPRINT}/document.md"},
    ],
)
def test_the_cache_key_is_read_from_either_output(outputs):
    assert str(read_run(workflow(node("check-cache", outputs=outputs))).cache_key) == f"{SHA}-{FINGERPRINT}"


# --- ends -----------------------------------------------------------------------------------------------------------
def test_a_run_has_succeeded_when_its_root_has_though_the_exit_handler_runs():
    handler = node("finish", "Running", "x.onExit", nodeFlag={"hooked": True})
    document = workflow(*done("fetch", "check-cache"), handler, root="Succeeded")
    document["status"]["nodes"]["pdf-test"]["finishedAt"] = "2026-01-01T00:00:02Z"
    view = read_run(document)
    assert (view.state, view.progress) == (RunState.SUCCEEDED, 100)
    assert view.finished_at == datetime(2026, 1, 1, 0, 0, 2, tzinfo=timezone.utc)


def test_a_failed_exit_handler_does_not_fail_the_run():
    handler = node("finish", "Failed", f"{'x'}.onExit", nodeFlag={"hooked": True}, exit_code=32)
    view = read_run(workflow(*done("fetch", "check-cache"), handler, phase="Failed", root="Succeeded"))
    assert (view.state, view.progress, view.error) == (RunState.SUCCEEDED, 100, None)


def test_a_failed_run_keeps_its_progress():
    view = read_run(workflow(*classified(cpu="[0]"), node("parse-shard-cpu", "Failed", exit_code=14), phase="Failed"))
    assert (view.state, view.progress, view.stage) == (RunState.FAILED, 12, "parse-shard")


def test_progress_that_was_shown_is_not_taken_back():
    running = read_run(workflow(*done("fetch")))
    assert climb(60, running).progress == 60
    assert climb(2, running).progress == 4
    assert climb(100, running).progress == 99
    assert climb(60, read_run(workflow(phase="Succeeded"))).progress == 100


# --- the rescue of bad pages ----------------------------------------------------------------------------------------
MERGED = {"rescue": "true", "rescue-marker": "[1,2]", "rescue-cpu": "[]"}


def rescue_shards(*reports: str):
    return [
        {**n, "id": f"{n['id']}-rescue", "name": n["name"].replace(".marker(", ".rescue.marker(")}
        for n in shards(*reports, lane="marker")
    ]


def again(template: str, phase: str = "Running", **fields):
    return node(template, phase, f"rescue.{template}", **fields)


@pytest.mark.parametrize(
    ("nodes", "progress", "stage"),
    [
        ([], 87, "rescue"),
        (rescue_shards("5/10", "0/10"), 87, "rescue"),
        (rescue_shards("10/10", "10/10"), 88, "rescue"),
        ([*rescue_shards("10/10", "10/10"), again("merge")], 88, "merge"),
        ([*rescue_shards("10/10", "10/10"), again("merge", "Succeeded")], 90, "export-tables"),
    ],
)
def test_a_rescue_is_a_part_of_merge(nodes, progress, stage):
    merged = [*classified(cpu="[0]"), *shards("16/16"), node("merge", outputs=MERGED)]
    view = read_run(workflow(*merged, *nodes))
    assert (view.progress, view.stage) == (progress, stage)
    assert view.pages is not None and (view.pages.total, view.pages.by_lane) == (16, {"cpu": 16})


def test_a_publish_pod_that_planned_a_rescue_has_published_nothing():
    prepared = node("prepare", outputs={"hit": "false", "cpu-shards": "[0]"})
    first = [prepared, *shards("8/8"), node("publish", outputs=MERGED, progress="6/16")]
    assert (read_run(workflow(*first)).progress, read_run(workflow(*first)).stage) == (87, "rescue")
    second = read_run(workflow(*first, *rescue_shards("1/1", "1/1"), again("publish", progress="11/16")))
    assert (second.progress, second.stage) == (95, "upload")


def test_pages_are_counted_by_lane():
    lanes = {"cpu": "[0]", "docling": "[1]"}
    view = read_run(workflow(*classified(**lanes), *shards("4/4"), *shards("3/16", lane="docling")))
    assert view.pages is not None and view.pages.by_lane == {"cpu": 4, "docling": 3}


def test_a_failed_rescue_is_not_why_a_run_failed():
    early = node("parse-shard-marker", "Failed", "rescue.marker(0:1)", exit_code=21, finishedAt="2026-11-24T10:00:01Z")
    late = node("upload", "Failed", exit_code=31, finishedAt="2026-11-24T10:00:09Z")
    merged = [*classified(cpu="[0]"), *shards("1/1"), node("merge", outputs=MERGED), early]
    view = read_run(workflow(*merged, again("merge", "Succeeded"), *done("export-tables"), late, phase="Failed"))
    assert view.error is not None and (view.error.code, view.stage) == ("StorageUnavailable", "upload")


def test_a_failed_rescue_leaves_a_run_that_succeeded():
    failed = node("parse-shard-marker", "Failed", "rescue.marker(0:1)", exit_code=21)
    merged = [*classified(cpu="[0]"), *shards("1/1"), node("merge", outputs=MERGED), failed]
    view = read_run(workflow(*merged, again("merge", "Succeeded"), *done("export-tables", "upload"), phase="Succeeded"))
    assert (view.state, view.error) == (RunState.SUCCEEDED, None)
