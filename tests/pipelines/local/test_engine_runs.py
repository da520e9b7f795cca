"""Whole runs in the engine, with real processes: how they go and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hera.workflows.models import Workflow

from pdf_parser.errors import InvalidWorkflow, RunNotFound
from tests.pipelines.local.lab import RETRY, Spec, dag, nodes_of, phases_of, sh, task, workflow

WHEN_HIT = "{{tasks.look.outputs.parameters.hit}} == false"


def lanes(hit: str, gpu: str, cpu: str) -> Spec:
    """The shape of our own DAG: look → parse (skipped on a hit): plan → two lanes → merge; exit handler."""
    templates = {
        "look": sh(f"printf {hit} > {{{{outputs.parameters.hit.path}}}}", gives=("hit",)),
        "plan": sh(
            f"echo '{gpu}' > {{{{outputs.parameters.gpu.path}}}}; echo '{cpu}' > {{{{outputs.parameters.cpu.path}}}}",
            gives=("gpu", "cpu"),
        ),
        "shard": sh("echo shard {{inputs.parameters.shard}}", takes=("shard",), retryStrategy=RETRY),
        "merge": sh("echo merged"),
        "finish": sh("echo finish"),
        "parse": dag(
            task("plan", "plan"),
            task(
                "gpu",
                "shard",
                {"shard": "{{item}}"},
                depends="plan.Succeeded",
                withParam="{{tasks.plan.outputs.parameters.gpu}}",
            ),
            task(
                "cpu",
                "shard",
                {"shard": "{{item}}"},
                depends="plan.Succeeded",
                withParam="{{tasks.plan.outputs.parameters.cpu}}",
            ),
            task("merge", "merge", depends="(gpu.Succeeded || gpu.Skipped) && (cpu.Succeeded || cpu.Skipped)"),
        ),
        "main": dag(task("look", "look"), task("parse", "parse", depends="look.Succeeded", when=WHEN_HIT)),
    }
    return workflow(templates, onExit="finish")


def test_a_run_with_two_lanes_succeeds(lab):
    document = lab.run(lanes("false", "[0,1]", "[2]"))
    assert document["status"]["phase"] == "Succeeded" and document["status"]["progress"] == "7/7"
    assert set(phases_of(document).values()) == {"Succeeded"}
    assert phases_of(document).keys() >= {"parse.gpu(1:1)(0)", "parse.cpu(0:2)", "parse.merge", "onExit"}
    labels = document["metadata"]["labels"]
    assert labels["workflows.argoproj.io/workflow-template"] == "t"
    assert labels["workflows.argoproj.io/completed"] == "true"


def test_an_empty_lane_is_skipped(lab):
    nodes = nodes_of(lab.run(lanes("false", "[]", "[2]")))
    assert (nodes["parse.gpu"]["phase"], nodes["parse.gpu"]["message"]) == ("Skipped", "Skipped, empty params")
    assert nodes["parse.merge"]["phase"] == "Succeeded"


def test_a_hit_skips_the_nested_dag(lab):
    document = lab.run(lanes("true", "[0]", "[]"))
    assert document["status"]["phase"] == "Succeeded"
    assert nodes_of(document)["parse"]["message"] == "when 'true == false' evaluated false"
    assert set(phases_of(document)) == {"", "look", "parse", "onExit"}


def test_a_list_that_is_no_json_is_an_error_but_the_other_lane_runs(lab):
    document = lab.run(lanes("false", "not json", "[2]"))
    assert document["status"]["phase"] == "Error"
    assert nodes_of(document)["parse.gpu"]["message"].startswith(
        "withParam value could not be parsed as a JSON list: not json"
    )
    assert phases_of(document)["parse.cpu"] == "Succeeded" and phases_of(document)["parse.merge"] == "Omitted"


@pytest.mark.parametrize("spec", [lanes("false", "[0]", "[]"), lanes("true", "[]", "[]"), lanes("false", "x", "[1]")])
def test_documents_are_argos(lab, spec):
    Workflow.model_validate(lab.run(spec))


def one(script: str, **fields: Any) -> Spec:
    return workflow({"main": dag(task("a", "step")), "step": sh(script, **fields)})


def counting(counter: Path, code: int, until: int) -> str:
    """Exits with `code` until it has been run `until` times."""
    return f"echo x >> {counter}; [ $(wc -l < {counter}) -ge {until} ] || exit {code}"


def test_a_step_that_fails_with_a_retryable_code_is_tried_again(lab):
    document = lab.run(one(counting(lab.folder / "n", 22, 3), retryStrategy=RETRY))
    assert phases_of(document) == {
        "": "Succeeded",
        "a": "Succeeded",
        "a(0)": "Failed",
        "a(1)": "Failed",
        "a(2)": "Succeeded",
    }
    assert document["status"]["progress"] == "1/3"


def test_attempts_run_out(lab):
    nodes = nodes_of(lab.run(one("exit 22", retryStrategy=RETRY)))
    assert (nodes["a"]["message"], nodes["a"]["outputs"]["exitCode"]) == ("No more retries left", "22")
    assert [nodes[f"a({n})"]["message"] for n in range(3)] == ["main: Error (exit code 22)"] * 3


def test_other_codes_fail_at_once(lab):
    retry = {**RETRY, "backoff": {"duration": "30s"}}
    nodes = nodes_of(lab.run(one("exit 14", retryStrategy=retry)))
    assert nodes["a"]["message"] == "retryStrategy.expression evaluated to false" and "a(1)" not in nodes


def test_the_back_off_is_waited_for(lab):
    retry = {**RETRY, "limit": "1", "backoff": {"duration": "300ms"}}
    nodes = nodes_of(lab.run(one("exit 22", retryStrategy=retry)))
    assert nodes["a(1)"]["startedAt"] > nodes["a(0)"]["finishedAt"]


@pytest.mark.parametrize(("signal", "code"), [("KILL", "137"), ("TERM", "143"), ("SEGV", "139")])
def test_a_signal_becomes_an_exit_code(lab, signal, code):
    node = nodes_of(lab.run(one(f"kill -{signal} $$")))["a"]
    assert (node["phase"], node["outputs"]["exitCode"]) == ("Failed", code)
    assert node["message"] == f"main: Error (exit code {code})"


def test_a_killed_step_is_tried_again(lab):
    script = f"[ -e {lab.folder}/once ] || {{ touch {lab.folder}/once; kill -9 $$; }}"
    assert phases_of(lab.run(one(script, retryStrategy=RETRY)))["a(1)"] == "Succeeded"


def test_the_termination_log_ends_the_message(lab):
    said = '{"code":"EncryptedPdf"}'
    node = nodes_of(lab.run(one(f"echo '{said}' > $PDF_PARSER_TERMINATION_LOG; exit 12")))["a"]
    assert node["message"] == f"main: Error (exit code 12): {said}\n"


def test_a_program_that_does_not_exist_is_an_error_with_its_reason(lab):
    spec = one("true")
    spec["templates"][1]["container"]["command"] = ["no-such-program"]
    node = nodes_of(lab.run(spec))["a"]
    assert node["phase"] == "Error"
    assert node["message"] == "main: Error (exit code 64): failed to start no-such-program: No such file or directory"


def test_a_step_without_a_place_to_work_in_is_an_error(lab):
    (lab.folder / "work").write_text("in the way")
    node = nodes_of(lab.run(one("true")))["a"]
    assert node["phase"] == "Error" and "Not a directory" in node["message"]


def test_a_missing_output_is_an_error(lab):
    document = lab.run(one("true", gives=("k",)))
    node = nodes_of(document)["a"]
    assert (document["status"]["phase"], node["outputs"]["exitCode"]) == ("Error", "0")
    assert node["message"].endswith("/tmp/k: no such file or directory")


def test_an_output_with_a_global_name_is_one_of_the_workflow(lab):
    spec = one("echo key > {{outputs.parameters.k.path}}", gives=("k",))
    spec["templates"][1]["outputs"]["parameters"][0]["globalName"] = "result-key"
    assert lab.run(spec)["status"]["outputs"] == {"parameters": [{"name": "result-key", "value": "key"}]}


def test_the_exit_handler_gets_status_and_failures(lab):
    said = lab.folder / "said"
    finish = sh(f'printf \'%s\\n%s\' "$1" "$2" > {said}')
    finish["container"]["args"] = ["sh", "{{workflow.status}}", "{{workflow.failures}}"]
    document = lab.run(
        workflow({"main": dag(task("a", "step")), "step": sh("exit 14"), "finish": finish}, onExit="finish")
    )
    status, failures = said.read_text().split("\n")
    failed = json.loads(json.loads(failures))
    assert (document["status"]["phase"], status) == ("Failed", "Failed")
    assert [f["displayName"] for f in failed] == ["run", "a"]
    assert failed[1]["message"] == "main: Error (exit code 14)" and failed[1]["templateName"] == "step"
    assert phases_of(document)["onExit"] == "Succeeded"


def test_an_exit_handler_of_a_good_run_hears_of_no_failures(lab):
    said = lab.folder / "said"
    finish = sh(f"printf '%s' \"$1\" > {said}")
    finish["container"]["args"] = ["sh", "{{workflow.status}} {{workflow.failures}}"]
    lab.run(workflow({"main": dag(task("a", "step")), "step": sh("true"), "finish": finish}, onExit="finish"))
    assert said.read_text() == 'Succeeded "null"'


def test_a_caller_cannot_smuggle_in_variables_or_commands(lab):
    value = '{{workflow.uid}} "$(touch hacked)" \' {{=1+1}} \\'
    spec = workflow(
        {
            "main": dag(task("a", "step", {"v": "{{workflow.parameters.v}}"})),
            "step": sh(f'printf %s "$1" > {lab.folder}/got', takes=("v",)),
        },
        {"v": None},
    )
    spec["templates"][1]["container"]["args"] = ["sh", "{{inputs.parameters.v}}"]
    assert lab.run(spec, v=value)["status"]["phase"] == "Succeeded"
    assert (lab.folder / "got").read_text() == value


def test_a_submission_must_fit_its_template(lab):
    lab.start(workflow({"main": dag(task("a", "step")), "step": sh("true")}, {"source": None}))
    with pytest.raises(InvalidWorkflow, match="spec.arguments.source.value is required"):
        lab.submit()
    assert lab.engine.get("run") is None


def test_an_unknown_template_is_refused_with_argos_words(lab):
    lab.start()
    with pytest.raises(InvalidWorkflow, match='workflowtemplates.argoproj.io "t" not found'):
        lab.submit()


def test_a_failed_workflow_is_retried_and_keeps_what_went_well(lab):
    flag, done = lab.folder / "mended", lab.folder / "done"
    templates = {
        "main": dag(
            task("good", "good"),
            task("f", "shard", {"i": "{{item}}"}, depends="good.Succeeded", withItems=[0, 1]),
            task("last", "good", depends="f.Succeeded"),
        ),
        "good": sh(f"echo good >> {done}"),
        "shard": sh(f'echo "$0" >> {done}; [ "$0" = 0 ] || [ -e {flag} ] || exit 14', takes=("i",)),
        "finish": sh(f"echo finish >> {done}"),
    }
    templates["shard"]["container"]["args"] = ["{{inputs.parameters.i}}"]
    first = lab.run(workflow(templates, onExit="finish"))
    flag.touch()
    lab.engine.retry("run")
    second = lab.finished()
    assert (first["status"]["phase"], second["status"]["phase"]) == ("Failed", "Succeeded")
    assert sorted(done.read_text().split()) == ["0", "0", "1", "1", "finish", "finish", "good", "good"]
    assert nodes_of(first)["good"] == nodes_of(second)["good"]
    assert second["status"]["startedAt"] >= first["status"]["finishedAt"]
    assert second["metadata"]["labels"]["workflows.argoproj.io/action"] == "Retry"


def test_a_retry_needs_a_failed_run(lab):
    lab.run(one("true"))
    with pytest.raises(InvalidWorkflow, match="Cannot retry a workflow in phase Succeeded"):
        lab.engine.retry("run")
    with pytest.raises(RunNotFound):
        lab.engine.retry("nobody")
