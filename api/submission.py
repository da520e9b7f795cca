"""From a request to what the engine is given. The API and the command line submit alike."""

from __future__ import annotations

from collections.abc import Mapping

from api.title import run_title
from pdf_parser.domain.run import RunRequest
from pdf_parser.observability.trace import current_traceparent
from pdf_parser.settings import Settings
from pipelines.client import APP_LABEL, APP_NAME, Submission

# Express hands a large document over to the fan-out by itself, so it suits every size (DESIGN §9).
TEMPLATES = {
    "auto": "pdf-parse-express",
    "express": "pdf-parse-express",
    "compact": "pdf-parse-compact",
    "full": "pdf-parse",
}


REQUEST_ID = "pdf-parser.io/request-id"
TRACEPARENT = "pdf-parser.io/traceparent"


def build_submission(
    task_id: str, request: RunRequest, settings: Settings, annotations: Mapping[str, str] | None = None
) -> Submission:
    """With REQUEST_ID among the annotations, steps log under the id of the request; so it is with the trace."""
    notes = {**_trace(), **(annotations or {})}
    return Submission(
        name=task_id,
        template=TEMPLATES[settings.profile],
        parameters={
            "source": request.source,
            "options": request.options.model_dump_json(),
            "correlation-id": notes.get(REQUEST_ID, ""),
            "traceparent": notes.get(TRACEPARENT, ""),
        },
        labels={APP_LABEL: APP_NAME},
        annotations={**run_title(request.source), **notes},
    )


def _trace() -> dict[str, str]:
    """That of the request under way, when traces are on."""
    traceparent = current_traceparent()
    return {TRACEPARENT: traceparent} if traceparent else {}
