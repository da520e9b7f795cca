"""Alarms ask for metrics that exist, in PromQL that parses."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from api.metrics import Metrics
from pipelines.argo.metrics import run_metrics
from tests.manifests.builds import MANIFESTS

RULES = yaml.safe_load((MANIFESTS / "monitoring" / "rules.yaml").read_text())["spec"]["groups"][0]["rules"]
ENDINGS = re.compile(r"_(bucket|count|sum|total)$")


def exposed() -> set[str]:
    """Names that the API has, and those that Argo's controller makes of ours: it adds prefix and ending."""
    text = Metrics(max_q=1).text().decode()
    own = {ENDINGS.sub("", name) for name in re.findall(r"^# TYPE (\S+)", text, re.M)}
    return own | {f"argo_workflows_{metric.name}" for metric in run_metrics("t")}


def names(expression: Any, promql: Any) -> set[str]:
    if isinstance(expression, promql.VectorSelector):
        return {expression.name}
    inner = [getattr(expression, part, None) for part in ("expr", "lhs", "rhs", "vector_selector", "vs")]
    inner += list(getattr(expression, "args", None) or ())
    return {name for part in inner if part is not None for name in names(part, promql)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_asks_for_metrics_that_exist(rule):
    promql = pytest.importorskip("promql_parser")
    asked = names(promql.parse(rule["expr"]), promql)
    assert asked and {ENDINGS.sub("", name) for name in asked} <= exposed()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_says_what_is_wrong_and_how_bad(rule):
    assert rule["labels"]["severity"] in ("critical", "warning") and rule["annotations"]["summary"]
