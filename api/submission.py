"""From a request to what the engine is given. The API and the command line submit alike."""

from __future__ import annotations

from api.title import run_title
from pdf_parser.domain.run import RunRequest
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


def build_submission(
    task_id: str, request: RunRequest, settings: Settings, request_id: str = "", traceparent: str = ""
) -> Submission:
    """`request_id` is the X-Request-ID of who asks; with it, steps log under the same id."""
    return Submission(
        name=task_id,
        template=TEMPLATES[settings.profile],
        parameters={
            "source": request.source,
            "options": request.options.model_dump_json(),
            "correlation-id": request_id,
            "traceparent": traceparent,
        },
        labels={APP_LABEL: APP_NAME},
        annotations={**run_title(request.source), **({REQUEST_ID: request_id} if request_id else {})},
    )
