"""When somebody has to look. What an alarm means and what helps is in docs/observability.md, made from here as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from api import metric_table as m
from api.monitoring.queries import ARGO_RUNS, increase, quantile, rate, series

_FAILED_RUNS = f'sum(increase({ARGO_RUNS}{{status!="Succeeded"}}[30m]))'


@dataclass(frozen=True)
class Alarm:
    """`lasts`: how long `expr` must hold, at once when None. `help` is for who is woken up."""

    name: str
    expr: str
    severity: Literal["critical", "warning"]
    summary: str
    help: str
    lasts: str | None = None

    def rule(self) -> dict[str, Any]:
        lasting = {"for": self.lasts} if self.lasts else {}
        told = {
            "labels": {"severity": self.severity},
            "annotations": {"summary": self.summary, "description": self.help},
        }
        return {"alert": self.name, "expr": self.expr, **lasting, **told}


ALARMS = (
    Alarm(
        "PdfParserDown",
        f"absent({series(m.ENGINE_UP)})",
        "critical",
        "No process of the API can be scraped",
        "Look at the pods of the deployment pdf-parser-api and their last logs.",
        lasts="5m",
    ),
    Alarm(
        "PdfParserEngineDown",
        f"max({series(m.ENGINE_UP)}) == 0",
        "critical",
        "argo-server does not answer, uploads are refused with 503",
        "Look at argo-server, at the token of the API, and at /health.",
        lasts="5m",
    ),
    Alarm(
        "PdfParserQueueFull",
        f"max({series(m.QUEUE_UNFINISHED)}) >= max({series(m.QUEUE_MAX)})",
        "warning",
        "Uploads have been answered with 429 for 15 minutes",
        "Add nodes, raise the parallelism of the templates, or MAX_Q where waiting is better than being refused.",
        lasts="15m",
    ),
    Alarm(
        "PdfParserRunsFail",
        f"{_FAILED_RUNS} > 10 and {_FAILED_RUNS} / sum(increase({ARGO_RUNS}[30m])) > 0.2",
        "warning",
        "More than a fifth of the runs of the last half hour have failed",
        f"{m.ERRORS.name} says why; deadletter/ in the store has the documents.",
    ),
    Alarm(
        "PdfParserOutOfMemory",
        increase(m.ERRORS, "1h", 'code="OutOfMemory"') + " > 3",
        "warning",
        "Runs fail for memory after all retries with more of it",
        "Raise the memory of the steps, or lower batch sizes.",
    ),
    Alarm(
        "PdfParserRunsStuck",
        increase(m.STUCK, "1h") + " > 0",
        "warning",
        "Runs had to be stopped because they could no longer move",
        "Look at the log of Argo's controller for their names.",
    ),
    Alarm(
        "PdfParserEventsWait",
        f"min(min_over_time({series(m.EVENTS_WAITING)}[30m])) > 0",
        "warning",
        "Events have been waiting for half an hour without a break",
        "The API logs which receiver does not take them, and why. See docs/events.md.",
    ),
    Alarm(
        "PdfParserEventsGivenUp",
        increase(m.EVENTS, "1h", 'outcome="given_up"') + " > 0",
        "warning",
        "Events were given up and lie below deadletter/events/",
        "When the receiver is back: pdf-parser events replay TASK_ID.",
    ),
    Alarm(
        "PdfParserServerErrors",
        rate(m.REQUESTS, "10m", 'status=~"5.."') + " / " + rate(m.REQUESTS, "10m") + " > 0.05",
        "warning",
        "More than one answer in twenty is a server error",
        "The log of the API has them by correlation_id.",
        lasts="10m",
    ),
    Alarm(
        "PdfParserSlowAnswers",
        quantile(0.99, m.DURATION, "10m") + " > 1",
        "warning",
        "One answer in a hundred takes longer than a second",
        "Look at the latency of the store and of argo-server first.",
        lasts="10m",
    ),
    Alarm(
        "PdfParserRunsSlow",
        quantile(0.9, m.LATENCY, "30m", 'state="succeeded"', 'cached="false"') + " > 600",
        "warning",
        "One document in ten takes longer than ten minutes",
        f"{m.STEP.name} says in which step; else runs wait for pods, and the queue is long.",
        lasts="30m",
    ),
)
