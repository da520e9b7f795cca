"""A step is a process: what it imports is paid for by every pod."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from steps.contracts import STEPS

NEVER = (
    "torch",
    "hera",
    "kfp",
    "fastapi",
    "docling",
    "boto3",
    "onnxruntime",
    "pyarrow",
    "opentelemetry",
    "nats",
    "httpx",
)
PROBE = "import sys, json, importlib; importlib.import_module({module!r}); print(json.dumps(list(sys.modules)))"
WELL_UNDER_A_SECOND = 0.9


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def loaded_by(module: str) -> tuple[set[str], float]:
    """The modules loaded, and the processor time that it took: wall time says more about the machine's other work."""
    before = cpu_of_children()
    out = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=module)], capture_output=True, text=True, check=True
    )
    return set(json.loads(out.stdout)), cpu_of_children() - before


@pytest.mark.parametrize("module", [*(step.module for step in STEPS), "steps.stage"])
def test_a_step_imports_fast_and_nothing_heavy(module):
    loaded, _ = loaded_by(module)
    assert loaded.isdisjoint(NEVER)
    fastest = min(loaded_by(module)[1] for _ in range(3))
    assert fastest < WELL_UNDER_A_SECOND


def test_the_api_loads_no_parser_and_no_pipeline_language():
    loaded, _ = loaded_by("api.main")
    assert loaded.isdisjoint({"torch", "hera", "kfp", "docling", "pypdfium2", "steps"})


def test_the_argo_client_needs_no_pipeline_language():
    loaded, _ = loaded_by("pipelines.argo.client")
    assert loaded.isdisjoint({"hera", "kfp", "fastapi", "starlette", "yaml", "boto3"})
