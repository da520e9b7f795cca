"""What Argo's controller counts for Prometheus about every run, also about those that nobody polls."""

from __future__ import annotations

from hera.workflows import models as m

_BUCKETS_S = (5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


def run_metrics(template: str) -> list[m.Prometheus]:
    """`argo_workflows_pdf_parser_runs_total` and `argo_workflows_pdf_parser_run_duration_seconds`.

    The controller adds the prefix, and the ending of a counter.
    """
    labels = [m.MetricLabel(key="template", value=template), m.MetricLabel(key="status", value="{{workflow.status}}")]
    buckets = [m.Amount(root=seconds) for seconds in _BUCKETS_S]
    return [
        m.Prometheus(name="pdf_parser_runs", help="Finished runs", labels=labels, counter=m.Counter(value="1")),
        m.Prometheus(
            name="pdf_parser_run_duration_seconds",
            help="From start to end of a run",
            labels=labels,
            histogram=m.Histogram(value="{{workflow.duration}}", buckets=buckets),
        ),
    ]
