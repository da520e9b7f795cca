"""The Grafana dashboard: what came in, what became of it, and where the time went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api import metric_table as m
from api.monitoring.queries import increase, quantile, rate, series

_WINDOW = "$__rate_interval"
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_WIDTH, _HEIGHT, _A_ROW = 8, 7, 3


@dataclass(frozen=True)
class Panel:
    """`queries` by legend, in which {{label}} is replaced; `unit` is Grafana's."""

    title: str
    queries: dict[str, str]
    unit: str = "short"


PANELS = (
    Panel(
        "Queue",
        {
            "unfinished": f"max({series(m.QUEUE_UNFINISHED)})",
            "pending": f"max({series(m.QUEUE_PENDING)})",
            "limit": f"max({series(m.QUEUE_MAX)})",
        },
    ),
    Panel("Runs a minute", {"{{state}}": f"60 * {rate(m.LATENCY, _WINDOW, by=('state',), ending='_count')}"}),
    Panel(
        "Time of a run, without cache hits",
        {
            "half": quantile(0.5, m.LATENCY, _WINDOW, 'state="succeeded"', 'cached="false"'),
            "nine in ten": quantile(0.9, m.LATENCY, _WINDOW, 'state="succeeded"', 'cached="false"'),
        },
        "s",
    ),
    Panel("Errors an hour", {"{{code}}": increase(m.ERRORS, "1h", by=("code",))}),
    Panel(
        "Share of cache hits",
        {"hits": rate(m.CACHE, "1h", 'outcome="hit"') + " / " + rate(m.CACHE, "1h")},
        "percentunit",
    ),
    Panel(
        "Stuck runs, and known uploads, an hour",
        {"stopped": increase(m.STUCK, "1h"), "known by {{by}}": increase(m.KNOWN, "1h", by=("by",))},
    ),
    Panel("Pages a minute by parser", {"{{parser}}": f"60 * {rate(m.PARSER_PAGES, _WINDOW, by=('parser',))}"}),
    Panel("Pages an hour by status", {"{{status}}": increase(m.PAGES, "1h", by=("status",))}),
    Panel(
        "Page tries in vain an hour",
        {
            "{{parser}} {{outcome}}": increase(m.TRIES, "1h", by=("parser", "outcome")),
            "given to another lane": increase(m.RESCUES, "1h"),
        },
    ),
    Panel("Time of a step, nine in ten", {"{{step}}": quantile(0.9, m.STEP, "1h", by=("step",))}, "s"),
    Panel(
        "GPU memory",
        {
            "gpu {{gpu}}": f"max by (gpu) ({series(m.GPU)})",
            "one parser, last run": f"max({series(m.PARSER_GPU)})",
        },
        "bytes",
    ),
    Panel(
        "Events",
        {
            "{{destination}} {{outcome}} an hour": increase(m.EVENTS, "1h", by=("destination", "outcome")),
            "waiting": f"max({series(m.EVENTS_WAITING)})",
        },
    ),
    Panel("Answers a second", {"{{status}}": rate(m.REQUESTS, _WINDOW, by=("status",))}, "reqps"),
    Panel("Time to answer, 99 in 100", {"{{route}}": quantile(0.99, m.DURATION, _WINDOW, by=("route",))}, "s"),
    Panel(
        "Requests under way",
        {"in flight": f"sum({series(m.IN_FLIGHT)})", "engine answers": f"max({series(m.ENGINE_UP)})"},
    ),
)


def dashboard() -> dict[str, Any]:
    return {
        "uid": "pdf-parser",
        "title": "pdf-parser",
        "tags": ["pdf-parser"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "panels": list(_panels()),
    }


def _panels() -> Iterator[dict[str, Any]]:
    for index, panel in enumerate(PANELS):
        row, column = divmod(index, _A_ROW)
        yield {
            "id": index + 1,
            "title": panel.title,
            "type": "timeseries",
            "datasource": _SOURCE,
            "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
            "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
            "targets": [
                {"refId": chr(ord("A") + number), "expr": expr, "legendFormat": legend, "datasource": _SOURCE}
                for number, (legend, expr) in enumerate(panel.queries.items())
            ],
        }
