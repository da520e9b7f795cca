"""Alarms and dashboard ask for metrics that exist, in PromQL that parses, and alarms go off when they should."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from api.metric_table import METRICS
from api.monitoring.__main__ import files, rule_groups
from api.monitoring.alarms import ALARMS
from api.monitoring.dashboard import PANELS
from pipelines.argo.metrics import run_metrics

ENDINGS = re.compile(r"_(bucket|count|sum|total)$")
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="needs promtool, of Debian's package prometheus")
EXPRESSIONS = {alarm.name: alarm.expr for alarm in ALARMS} | {
    f"{panel.title}: {legend}": expr.replace("$__rate_interval", "5m")
    for panel in PANELS
    for legend, expr in panel.queries.items()
}


def exposed() -> set[str]:
    """Names that the API has, and those that Argo's controller makes of ours: it adds prefix and ending."""
    own = {ENDINGS.sub("", metric.name) for metric in METRICS}
    return own | {f"argo_workflows_{metric.name}" for metric in run_metrics("t")}


def names(expression: Any, promql: Any) -> set[str]:
    if isinstance(expression, promql.VectorSelector):
        return {expression.name}
    inner = [getattr(expression, part, None) for part in ("expr", "lhs", "rhs", "vector_selector", "vs")]
    inner += list(getattr(expression, "args", None) or ())
    return {name for part in inner if part is not None for name in names(part, promql)}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_only_metrics_that_exist_are_asked_for(name):
    promql = pytest.importorskip("promql_parser")
    asked = names(promql.parse(EXPRESSIONS[name]), promql)
    assert asked and {ENDINGS.sub("", name) for name in asked} <= exposed()


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_what_is_made_from_the_table_is_up_to_date(path):
    assert path.read_text() == files()[path], "run `python -m api.monitoring`"


def test_every_metric_is_on_the_dashboard():
    shown = " ".join(expr for panel in PANELS for expr in panel.queries.values())
    assert [metric.name for metric in METRICS if metric.name not in shown] == []


@needs_promtool
def test_prometheus_accepts_the_rules(tmp_path):
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rule_groups()))
    told = subprocess.run([PROMTOOL, "check", "rules", tmp_path / "rules.yml"], capture_output=True, text=True)
    assert told.returncode == 0 and f"{len(ALARMS)} rules found" in told.stdout, told.stderr


# Series by alarm, one value a minute for two hours: enough to set it off, and just not enough.
JOB = 'job="pdf-parser/pdf-parser-api"'
CASES = {
    "PdfParserEngineDown": ({f"engine_up{{{JOB}}}": "0x120"}, {f"engine_up{{{JOB}}}": "1x120"}),
    "PdfParserDown": ({}, {f"engine_up{{{JOB}}}": "0x120"}),
    "PdfParserOutOfMemory": (
        {f'error_total{{{JOB},code="OutOfMemory"}}': "0+1x120"},
        {f'error_total{{{JOB},code="NotAPdf"}}': "0+1x120"},
    ),
    "PdfParserEventsWait": ({f"events_waiting{{{JOB}}}": "3x120"}, {f"events_waiting{{{JOB}}}": "3x95 0x1 3x30"}),
    "PdfParserEventsGivenUp": (
        {f'events_total{{{JOB},destination="callback",outcome="given_up"}}': "0x90 1x60"},
        {f'events_total{{{JOB},destination="callback",outcome="failed"}}': "0x90 1x60"},
    ),
    "PdfParserQueueFull": (
        {f"queue_unfinished_runs{{{JOB}}}": "100x120", f"queue_max_runs{{{JOB}}}": "100x120"},
        {f"queue_unfinished_runs{{{JOB}}}": "99x120", f"queue_max_runs{{{JOB}}}": "100x120"},
    ),
    "PdfParserServerErrors": (
        {
            f'http_requests_total{{{JOB},status="500"}}': "0+6x120",
            f'http_requests_total{{{JOB},status="200"}}': "0+94x120",
        },
        {
            f'http_requests_total{{{JOB},status="500"}}': "0+4x120",
            f'http_requests_total{{{JOB},status="200"}}': "0+96x120",
        },
    ),
}


@needs_promtool
@pytest.mark.parametrize("goes_off", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_an_alarm_goes_off_when_it_should(tmp_path, name, goes_off):
    (alarm,) = (alarm for alarm in ALARMS if alarm.name == name)
    told = {"exp_labels": {"severity": alarm.severity}, "exp_annotations": alarm.rule()["annotations"]}
    series = [{"series": key, "values": values} for key, values in CASES[name][0 if goes_off else 1].items()]
    case = {
        "interval": "1m",
        "input_series": series,
        "alert_rule_test": [{"eval_time": "2h", "alertname": name, "exp_alerts": [told] if goes_off else []}],
    }
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rule_groups()))
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": [case]}))
    done = subprocess.run([PROMTOOL, "test", "rules", tmp_path / "test.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
