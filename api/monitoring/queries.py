"""PromQL over the metrics of the API. Argo's own are those of pipelines/argo/metrics.py; a test keeps them in step."""

from __future__ import annotations

from api.metric_table import Metric

JOB = 'job=~".*/pdf-parser-api"'  # as the PodMonitor names it: other services have http_requests_total as well
ARGO_RUNS = "argo_workflows_pdf_parser_runs_total"


def series(metric: Metric, *matchers: str, ending: str = "") -> str:
    """Of all processes of the API. `ending` is _bucket, _sum or _count for a histogram."""
    return f"{metric.name}{ending}{{{','.join((JOB, *matchers))}}}"


def rate(metric: Metric, window: str, *matchers: str, by: tuple[str, ...] = (), ending: str = "") -> str:
    """Per second, over all processes."""
    return f"sum{_by(by)}(rate({series(metric, *matchers, ending=ending)}[{window}]))"


def increase(metric: Metric, window: str, *matchers: str, by: tuple[str, ...] = ()) -> str:
    return f"sum{_by(by)}(increase({series(metric, *matchers)}[{window}]))"


def quantile(share: float, metric: Metric, window: str, *matchers: str, by: tuple[str, ...] = ()) -> str:
    return f"histogram_quantile({share}, {rate(metric, window, *matchers, by=('le', *by), ending='_bucket')})"


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""
