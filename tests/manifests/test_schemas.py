"""Every object of every overlay, against the schema of its kind. No API server has seen them: this is no admission."""

from __future__ import annotations

from typing import Any

import pytest
from hera.workflows import models
from jsonschema import Draft202012Validator

from tests.manifests.builds import MANIFESTS, OVERLAYS, Manifest, kustomize, needs_kubectl, overlay
from tests.pipelines.test_compiled_templates import closed_schema

KUBERNETES = ("1.30", "1.37")
ARGO = {"WorkflowTemplate": models.WorkflowTemplate, "CronWorkflow": models.CronWorkflow}
OPERATOR = "monitoring.coreos.com/v1"  # no schema of these can be had as a package: test_monitoring looks at them

pytestmark = needs_kubectl


def by_schema(manifests: list[Manifest]) -> tuple[list[Manifest], list[Manifest]]:
    """Those of Kubernetes itself, and Argo's."""
    known = [m for m in manifests if m["apiVersion"] != OPERATOR]
    return [m for m in known if m["kind"] not in ARGO], [m for m in known if m["kind"] in ARGO]


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("name", OVERLAYS)
def test_kubernetes_knows_every_field(name, version):
    validator = pytest.importorskip("kubernetes_validate")
    found, _ = by_schema(overlay(name))
    assert len(found) > 20
    for manifest in found:
        validator.validate(manifest, version, strict=True)


def test_a_misspelled_field_is_found():
    validator = pytest.importorskip("kubernetes_validate")
    with pytest.raises(validator.ValidationError):
        validator.validate({"apiVersion": "v1", "kind": "Pod", "metadata": {"nmae": "x"}}, KUBERNETES[0], strict=True)


@pytest.mark.parametrize("name", OVERLAYS)
def test_argo_knows_every_field(name):
    _, found = by_schema(overlay(name))
    for manifest in found:
        schema: dict[str, Any] = closed_schema(ARGO[manifest["kind"]])
        errors = list(Draft202012Validator(schema).iter_errors(manifest))
        assert not errors, errors[0].message


def test_runs_can_be_had_without_the_api():
    kinds = {m["kind"] for m in kustomize(MANIFESTS / "runs")}
    assert kinds == {
        "ConfigMap", "PriorityClass", "Role", "RoleBinding", "Secret", "ServiceAccount", "WorkflowTemplate",
    }  # fmt: skip
