"""When a finished workflow may be forgotten: `ttlStrategy`."""

from __future__ import annotations

from pipelines.local.clock import from_text
from pipelines.local.control.round import Run


def expires_at(run: Run) -> float | None:
    """Unix time; None while it runs, or when it is kept for ever."""
    if not run.is_finished:
        return None
    ttl = run.spec.ttl
    seconds = ttl.after_success_s if run.phase == "Succeeded" else ttl.after_failure_s
    return None if seconds is None else from_text(run.status["finishedAt"]).timestamp() + seconds
