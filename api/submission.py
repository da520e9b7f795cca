"""From a request to what the engine is given. The API and the command line submit alike."""

from __future__ import annotations

from collections.abc import Mapping

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


def build_submission(
    task_id: str, request: RunRequest, settings: Settings, annotations: Mapping[str, str] | None = None
) -> Submission:
    return Submission(
        name=task_id,
        template=TEMPLATES[settings.profile],
        parameters={"source": request.source, "options": request.options.model_dump_json()},
        labels={APP_LABEL: APP_NAME},
        annotations={**run_title(request.source), **(annotations or {})},
    )
