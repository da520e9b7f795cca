"""From a request to what the engine is given. The API and the command line submit alike."""

from __future__ import annotations

from collections.abc import Mapping

from api.title import run_title
from pdf_parser.domain.lanes import Lane
from pdf_parser.domain.run import BULK, RunRequest
from pdf_parser.observability.trace import current_traceparent
from pdf_parser.settings import Settings
from pipelines.client import APP_LABEL, APP_NAME, Submission

BULK_TEMPLATE = "pdf-parse-bulk"
TEMPLATES = {
    "express": "pdf-parse-express",
    "compact": "pdf-parse-compact",
    "full": "pdf-parse",
}


REQUEST_ID = "pdf-parser.io/request-id"
TRACEPARENT = "pdf-parser.io/traceparent"


def build_submission(
    task_id: str,
    request: RunRequest,
    settings: Settings,
    annotations: Mapping[str, str] | None = None,
    size_bytes: int | None = None,
) -> Submission:
    """`size_bytes` of the PDF, where it is known.

    With REQUEST_ID among the annotations, steps log under the id of the request; so it is with the trace.
    """
    notes = {**_trace(), **(annotations or {})}
    return Submission(
        name=task_id,
        template=choose_template(request, settings, size_bytes),
        parameters={
            "source": request.source,
            "options": request.options.model_dump_json(),
            "correlation-id": notes.get(REQUEST_ID, ""),
            "traceparent": notes.get(TRACEPARENT, ""),
        },
        labels={APP_LABEL: APP_NAME},
        annotations={**run_title(request.source), **notes},
    )


def choose_template(request: RunRequest, settings: Settings, size_bytes: int | None) -> str:
    """Bulk has one of its own. Else PROFILE; auto is express unless it is plain that it would hand over (DESIGN §9)."""
    if request.priority == BULK:
        return BULK_TEMPLATE
    if settings.profile != "auto":
        return TEMPLATES[settings.profile]
    is_large = size_bytes is not None and size_bytes > settings.express_max_bytes
    elsewhere = settings.deployment().home(request.options.parser).lane is not Lane.CPU
    return TEMPLATES["compact" if is_large or elsewhere else "express"]


def _trace() -> dict[str, str]:
    """That of the request under way, when traces are on."""
    traceparent = current_traceparent()
    return {TRACEPARENT: traceparent} if traceparent else {}
