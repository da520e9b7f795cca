"""Templates are refused by name when the engine could not give them the meaning they have on a cluster."""

from __future__ import annotations

from typing import Any

import pytest

from pdf_parser.errors import InvalidWorkflow, UnsupportedFeature
from pipelines.compile import TEMPLATES, templates_dir
from pipelines.local.spec.catalog import load_catalog
from pipelines.local.spec.lint import lint_spec
from pipelines.local.spec.read import read_spec
from pipelines.local.spec.subset import refuse_unsupported
from pipelines.resources import GPU_SEMAPHORES, VLM_SEMAPHORE
from tests.pipelines.local.lab import Spec, dag, sh, task, workflow, write_template

GPU = "pdf-parser-limits/gpu-interactive"


def check(spec: Spec) -> None:
    refuse_unsupported(spec, "t")
    lint_spec(read_spec(spec), {GPU})


def plain(**fields: Any) -> Spec:
    return workflow({"main": dag(task("a", "step")), "step": sh("true")}, **fields)


def with_step(**fields: Any) -> Spec:
    return workflow({"main": dag(task("a", "step")), "step": sh("true", **fields)})


def with_task(**fields: Any) -> Spec:
    return workflow({"main": dag(task("a", "step", **fields)), "step": sh("true")})


def with_container(**fields: Any) -> Spec:
    spec = plain()
    spec["templates"][1]["container"].update(fields)
    return spec


def test_our_compiled_templates_are_accepted_as_they_are():
    assert set(load_catalog(templates_dir(), (*GPU_SEMAPHORES, VLM_SEMAPHORE))) == set(TEMPLATES.values())


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (plain(hooks={"running": {}, "exit": {"template": "step"}}), "spec.hooks"),
        (plain(volumeClaimTemplates=[{}]), "spec.volumeClaimTemplates"),
        (plain(templateDefaults={"timeout": "1s"}), "spec.templateDefaults"),
        (plain(suspend=True), "spec.suspend"),
        (plain(synchronization={"semaphore": {"x": 1}}), "spec.synchronization.semaphore"),
        (
            plain(synchronization={"semaphores": [{"database": {"key": "x"}}]}),
            "spec.synchronization.semaphores[0].database",
        ),
        (with_step(script={"source": "x"}), "spec.templates[step].script"),
        (with_step(steps=[[{}]]), "spec.templates[step].steps"),
        (with_step(suspend={"duration": 1}), "spec.templates[step].suspend"),
        (with_step(daemon=True), "spec.templates[step].daemon"),
        (with_step(sidecars=[{}]), "spec.templates[step].sidecars"),
        (with_step(initContainers=[{}]), "spec.templates[step].initContainers"),
        (with_step(memoize={"key": "x"}), "spec.templates[step].memoize"),
        (with_step(failFast=True), "spec.templates[step].failFast"),
        (with_step(inputs={"artifacts": [{"name": "x"}]}), "spec.templates[step].inputs.artifacts"),
        (with_step(retryStrategy={"limit": "1", "jitter": 1}), "spec.templates[step].retryStrategy.jitter"),
        (with_container(workingDir="/x"), "spec.templates[step].container.workingDir"),
        (with_container(lifecycle={"preStop": {}}), "spec.templates[step].container.lifecycle"),
        (with_task(templateRef={"name": "x"}), "spec.templates[main].dag.tasks[a].templateRef"),
        (with_task(inline={"container": {}}), "spec.templates[main].dag.tasks[a].inline"),
        (with_task(withSequence={"count": 3}), "spec.templates[main].dag.tasks[a].withSequence"),
        (with_task(continueOn={"failed": True}), "spec.templates[main].dag.tasks[a].continueOn"),
        (with_task(onExit="step"), "spec.templates[main].dag.tasks[a].onExit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_outside_the_subset_is_refused_by_its_path(spec, path):
    with pytest.raises(UnsupportedFeature, match="template t") as caught:
        check(spec)
    assert path in str(caught.value)


def test_all_fields_outside_the_subset_are_listed_at_once():
    with pytest.raises(UnsupportedFeature, match=r"spec.suspend, spec.templates\[step\].daemon"):
        check({**with_step(daemon=True), "suspend": True})


@pytest.mark.parametrize(
    "spec",
    [
        plain(
            serviceAccountName="x",
            podGC={"strategy": "OnPodSuccess"},
            nodeSelector={"a": "b"},
            metrics={"prometheus": []},
        ),
        with_step(
            tolerations=[{}], podSpecPatch="{{=int(retries)}}", metadata={"labels": {}}, volumes=[{"name": "tmp"}]
        ),
        with_container(resources={"limits": {"memory": "1Gi"}}, envFrom=[{}], env=[{"name": "A", "valueFrom": {}}]),
        with_step(retryStrategy={"limit": 2, "affinity": {"nodeAntiAffinity": {}}}),
        plain(suspend=None, hooks={}),
    ],
)
def test_where_and_as_whom_a_pod_runs_is_ignored(spec):
    check(spec)


@pytest.mark.parametrize(
    ("retry", "reason"),
    [
        ({"retryPolicy": "OnTransientError"}, "OnTransientError"),
        ({"limit": "{{inputs.parameters.x}}"}, "not a plain number"),
        ({"limit": "1", "backoff": {"duration": "soon"}}, "duration"),
    ],
)
def test_a_value_outside_the_subset_is_refused_too(retry, reason):
    with pytest.raises(UnsupportedFeature, match=reason):
        check(with_step(retryStrategy=retry))


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (
            workflow({"main": dag(task("a", "x")), "x": sh("true")}, entrypoint="nosuch"),
            "template name 'nosuch' undefined",
        ),
        (workflow({"main": dag(task("a", "nosuch"))}), "templates.main.tasks.a template name 'nosuch' undefined"),
        (plain(onExit="nosuch"), "spec.onExit template name 'nosuch' undefined"),
        (
            with_container(env=[{"name": "N", "value": "{{retries}}"}]),
            "failed to resolve {{retries}}: no retryStrategy",
        ),
        (with_container(args=["{{=int(retries) + 1}}"]), "no retryStrategy"),
        (with_container(args=["{{lastRetry.exitCode}}"]), "no retryStrategy"),
        (with_task(depends="nosuch"), "templates.main sorting failed: invalid dependency nosuch"),
        (with_task(depends="a"), "cycle"),
        (with_task(depends="a &&"), "tasks.a.depends"),
        (with_task(depends="a.Nonsense"), "invalid"),
        (
            workflow({"main": dag(task("a", "x")), "x": sh("true", takes=("k",))}),
            "templates.main.tasks.a templates.x inputs.parameters.k was not supplied",
        ),
        (with_step(retryStrategy={"limit": "1", "expression": "1 +"}), "retryStrategy.expression"),
        (with_step(retryStrategy={"limit": "1", "backoff": {"factor": "2"}}), "no base duration"),
        (with_container(command=[]), "container.command is required"),
        (with_step(dag={"tasks": []}), "either a container or a dag"),
        (
            workflow({"main": dag(task("a", "x", {"k": "{{tasks.b.status}}"}), task("b", "x")), "x": sh("true")}),
            "not an ancestor",
        ),
        (with_task(when="{{inputs.parameters.nope}} == x"), "{{inputs.parameters.nope}}"),
        (with_container(args=["{{outputs.parameters.nope.path}}"]), "{{outputs.parameters.nope}}"),
        (with_container(args=["{{workflow.parameters.nope}}"]), "{{workflow.parameters.nope}}"),
        (
            with_step(synchronization={"semaphores": [{"configMapKeyRef": {"name": "limits", "key": "x"}}]}),
            "semaphore limits/x has no size",
        ),
    ],
)
def test_a_spec_that_could_not_run_is_refused_with_argos_words(spec, reason):
    with pytest.raises(InvalidWorkflow) as caught:
        check(spec)
    assert reason in str(caught.value)


@pytest.mark.parametrize("what", ["outputs.parameters.nope", "outputs.artifacts.x"])
def test_an_output_that_no_template_declares_is_refused(what):
    templates = {
        "main": dag(task("a", "x"), task("b", "x", {"k": "{{tasks.a." + what + "}}"}, depends="a")),
        "x": sh("true"),
    }
    with pytest.raises(InvalidWorkflow, match="failed to resolve"):
        check(workflow(templates))


def test_the_standard_output_as_result_is_refused_by_name():
    templates = {
        "main": dag(task("a", "x"), task("b", "x", {"k": "{{tasks.a.outputs.result}}"}, depends="a")),
        "x": sh("true"),
    }
    with pytest.raises(UnsupportedFeature, match="outputs.result"):
        check(workflow(templates))


def test_a_dag_is_not_retried():
    with pytest.raises(UnsupportedFeature, match="templates.main.retryStrategy"):
        check(workflow({"main": dag(task("a", "step"), retryStrategy={"limit": "1"}), "step": sh("true")}))


def test_a_template_inside_itself_is_refused():
    templates = {"main": dag(task("a", "inner")), "inner": dag(task("b", "main", when="x == y"))}
    with pytest.raises(UnsupportedFeature, match="contains itself"):
        check(workflow(templates))


def test_the_file_with_the_fault_is_named(tmp_path):
    write_template(tmp_path, "bad", with_step(daemon=True))
    with pytest.raises(UnsupportedFeature, match="bad.yaml"):
        load_catalog(tmp_path, set())


def test_other_documents_in_the_folder_are_passed_over(tmp_path):
    (tmp_path / "kustomization.yaml").write_text("kind: Kustomization\n---\n- a list\n---\n")
    write_template(tmp_path, "good", plain())
    assert set(load_catalog(tmp_path, set())) == {"good"}


def test_what_is_no_yaml_is_told(tmp_path):
    (tmp_path / "x.yaml").write_text("{")
    with pytest.raises(InvalidWorkflow, match="x.yaml is not YAML"):
        load_catalog(tmp_path, set())


def test_tasks_come_after_what_they_depend_on():
    tasks = [task("c", "x", depends="b"), task("b", "x", dependencies=["a"]), task("a", "x"), task("z", "x")]
    found = read_spec(workflow({"main": dag(*tasks), "x": sh("true")})).templates["main"].dag
    assert found is not None
    assert [t.name for t in found.tasks] == ["a", "z", "b", "c"]
    assert found.leaves == ("c", "z")
    assert found.ancestors["c"] == ("a", "b")


def test_yaml_numbers_and_booleans_become_strings():
    numbers: Any = {"n": 3, "flag": True}
    price: Any = {"p": 1.5}
    spec = workflow({"main": dag(task("a", "step", numbers)), "step": sh("true")}, price)
    read = read_spec(spec)
    main = read.templates["main"].dag
    assert main is not None and main.tasks[0].arguments == {"n": "3", "flag": "true"}
    assert read.parameters[0].value == "1.5"
