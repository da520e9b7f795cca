"""Every overlay builds, and holds together: what one object names, another one is."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from pdf_parser.settings import Settings
from pipelines.compile import TEMPLATES
from tests.manifests.builds import OVERLAYS, copied, kustomize, needs_kubectl, of_kind, overlay, pods, strings

pytestmark = [needs_kubectl, pytest.mark.parametrize("name", OVERLAYS)]
RESTRICTED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def test_the_templates_are_part_of_it(name):
    assert set(TEMPLATES.values()) < set(of_kind(overlay(name), "WorkflowTemplate"))


def test_all_pods_are_admitted_to_a_restricted_namespace(name):
    labels = of_kind(overlay(name), "Namespace")["pdf-parser"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    for pod, _, spec in pods(overlay(name)):
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0, pod
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, pod
        for container in spec["containers"]:
            assert container["securityContext"] == RESTRICTED, pod


def test_all_containers_have_requests_and_a_limit_of_memory(name):
    """Under a quota a pod without requests is refused."""
    for pod, _, spec in pods(overlay(name)):
        for container in spec["containers"]:
            resources = container["resources"]
            assert {"cpu", "memory"} <= set(resources["requests"]) and "memory" in resources["limits"], pod


def test_names_lead_to_objects(name):
    built = overlay(name)
    accounts, config = of_kind(built, "ServiceAccount"), of_kind(built, "ConfigMap")
    assert {*strings(built, "serviceAccountName")} <= set(accounts)
    sources = [source for _, _, spec in pods(built) for c in spec["containers"] for source in c.get("envFrom", [])]
    assert {s["configMapRef"]["name"] for s in sources if "configMapRef" in s} <= set(config)
    keys = {s["configMapKeyRef"]["key"] for s in semaphores(built)}
    assert keys == set(config["pdf-parser-limits"]["data"])
    assert {*strings(built, "podPriorityClassName")} == set(of_kind(built, "PriorityClass"))


def semaphores(built):
    for template in of_kind(built, "WorkflowTemplate").values():
        for step in template["spec"]["templates"]:
            yield from step.get("synchronization", {}).get("semaphores", [])


def test_the_executor_has_its_token_and_comes_before_it(name):
    """The token of an account that is not there yet is deleted again."""
    kinds = [(m["kind"], m["metadata"]["name"]) for m in overlay(name)]
    token = kinds.index(("Secret", "pdf-parser-executor.service-account-token"))
    assert kinds.index(("ServiceAccount", "pdf-parser-executor")) < token
    assert overlay(name)[token]["type"] == "kubernetes.io/service-account-token"


def test_accounts_may_do_what_they_need_and_no_more(name):
    roles = of_kind(overlay(name), "Role")
    assert roles["pdf-parser-executor"]["rules"] == [
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}
    ]
    rules = {rule["resources"][0]: rule for rule in roles["pdf-parser-api"]["rules"]}
    assert set(rules) == {"workflows", "workflowtemplates", "pods", "pods/log"}
    assert set(rules["workflowtemplates"]["resourceNames"]) == set(TEMPLATES.values())
    assert "delete" not in rules["workflows"]["verbs"]
    assert not of_kind(overlay(name), "ClusterRole", "ClusterRoleBinding")


def test_bindings_follow_the_namespace(name, tmp_path):
    folder = copied(tmp_path) / "overlays" / name
    file = folder / "kustomization.yaml"
    file.write_text(file.read_text().replace("namespace: pdf-parser", "namespace: elsewhere"))
    built = kustomize(folder)
    for binding in of_kind(built, "RoleBinding").values():
        assert [s["namespace"] for s in binding["subjects"]] == ["elsewhere"]
    assert {m["metadata"].get("namespace") for m in built} == {"elsewhere", None}


def test_images_can_be_replaced_in_the_argo_templates_too(name, tmp_path):
    folder = copied(tmp_path) / "overlays" / name
    file = folder / "kustomization.yaml"
    file.write_text(file.read_text().replace("newTag: 0.1.0", "newTag: 9.9.9"))
    images = {*strings(kustomize(folder), "image")}
    ours = {image for image in images if image.startswith("pdf-parser/")}
    assert len(ours) == 5 and all(image.endswith(":9.9.9") for image in ours)


def test_configuration_consists_of_settings(name):
    if "argo" not in get_args(Settings.model_fields["engine"].annotation):
        pytest.skip("this version has no client for Argo yet")
    data = of_kind(overlay(name), "ConfigMap")["pdf-parser-config"]["data"]
    assert {key.lower() for key in data} <= set(Settings.model_fields)
    Settings(_env_file=None, **{key.lower(): value for key, value in data.items()})


def test_what_pods_want_to_reach_is_named_by_a_policy(name):
    built = overlay(name)
    wanted = {labels["pdf-parser.io/egress"] for _, labels, _ in pods(built) if "pdf-parser.io/egress" in labels}
    text = json.dumps(list(of_kind(built, "NetworkPolicy").values()))
    assert wanted == {"store", "source", "vlm", "events"} and all(f'"{value}"' in text for value in wanted)


def test_nobody_reaches_anybody_by_default(name):
    deny = of_kind(overlay(name), "NetworkPolicy")["deny-all"]["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("policy", ["sources", "events"])
def test_pods_that_reach_where_strangers_choose_reach_no_private_address(name, policy):
    (rule,) = of_kind(overlay(name), "NetworkPolicy")[policy]["spec"]["egress"]
    block = rule["to"][0]["ipBlock"]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(block["except"])


def test_selectors_find_the_pods_that_they_are_for(name):
    labels = [labels for _, labels, _ in pods(overlay(name))]
    for kind in ("Service", "PodDisruptionBudget", "PodMonitor"):
        for found in of_kind(overlay(name), kind).values():
            selector = found["spec"]["selector"]
            selector = selector.get("matchLabels", selector)
            assert any(selector.items() <= pod.items() for pod in labels), found["metadata"]["name"]


def test_probes_ask_for_a_route_that_asks_nothing_of_others(name):
    (container,) = of_kind(overlay(name), "Deployment")["pdf-parser-api"]["spec"]["template"]["spec"]["containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["path"] == "/livez"


def test_scheduled_bulk_is_suspended_and_refers_to_its_template(name):
    cron = of_kind(overlay(name), "CronWorkflow")["pdf-reparse"]["spec"]
    assert cron["suspend"] is True
    assert cron["workflowSpec"] == {"workflowTemplateRef": {"name": "pdf-reparse"}}
