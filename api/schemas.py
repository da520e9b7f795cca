"""Bodies of requests and answers that are HTTP's alone; that of `/status` is `pdf_parser.domain.run.RunStatus`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pdf_parser.domain.options import AUTO, BALANCED, Mode, ParseOptions
from pdf_parser.domain.run import INTERACTIVE, Priority, RunRequest, RunState

Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/@-]{1,64}$")]


class UploadRequest(ParseOptions):
    """Where the PDF is, and how to parse it. The bytes themselves never pass the API."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"url": "s3://reports/2025/annual.pdf"},
                {"url": "https://host/annual.pdf?X-Amz-Signature=…", "parser": "docling", "pages": "1-5,9"},
            ]
        },
    )

    url: str = Field(
        min_length=1,
        max_length=8192,
        description="s3://bucket/key, https://… (presigned or public), or what POST /uploads gives.",
    )
    parser: str = Field(
        AUTO, pattern=r"^[a-z][a-z0-9_-]*$", max_length=64, description="Name of a parser; auto chooses by page."
    )
    mode: Mode = Field(
        BALANCED,
        description="fast: the built-in parser first, others for bad pages; balanced: the best back-end deployed;"
        " accurate: a VLM for scanned, garbled and table pages.",
    )
    pages: str | None = Field(None, max_length=2000, description='Pages to parse, "1-5,9"; all when left out.')
    password_ref: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="Name of the secret with the PDF's password; never the password.",
    )
    callback: str | None = Field(
        None,
        max_length=2048,
        description="https URL that gets the events of this run (CloudEvents, signed); its query is kept secret.",
    )
    force: bool = Field(False, description="Parse again even when a result of the same bytes and options exists.")
    sha256: str | None = Field(
        None,
        pattern=r"^[0-9a-f]{64}$",
        description="Hash of the PDF, lower case: what was parsed before needs no run; other bytes fail it.",
    )
    priority: Priority = Field(INTERACTIVE, description="bulk: behind all interactive runs, and slower.")

    tags: tuple[Tag, ...] = Field((), max_length=16, description="Words of your own; GET /tasks finds runs by them.")

    def as_run(self, default_parser: str) -> RunRequest:
        parser = self.parser if "parser" in self.model_fields_set else default_parser
        options = ParseOptions(
            parser=parser,
            mode=self.mode,
            pages=self.pages,
            password_ref=self.password_ref,
            force=self.force,
            sha256=self.sha256,
        )
        return RunRequest(
            source=self.url, options=options, priority=self.priority, tags=self.tags, callback=self.callback
        )


class UploadUrlRequest(BaseModel):
    """What is going to be uploaded."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"size_bytes": 48213, "sha256": "9f86d0…"}]}
    )

    size_bytes: int = Field(ge=1, le=1 << 40, description="Exactly as many bytes as will be sent.")
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="Of the bytes; known ones need no upload.")


class UploadUrl(BaseModel):
    """`source_url` is for `url` of POST /upload. Bytes go to `upload_url` before `expires_at`; null: they are known."""

    source_url: str
    upload_url: str | None
    method: Literal["PUT"] = "PUT"
    headers: dict[str, str] = {}
    expires_at: datetime | None = None


class UploadStored(BaseModel):
    source_url: str


class UploadAccepted(BaseModel):
    """`status_url` is a path on this service, the same as in the Location header."""

    task_id: str
    status_url: str
    links: dict[str, str]


ACCEPTED_EXAMPLE = {
    "task_id": "pdf-01k8w5q3n7e2v9b4c6d8f0g1h2",
    "status_url": "/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2",
    "links": {"self": "/status/pdf-01k8w5q3n7e2v9b4c6d8f0g1h2"},
}


class TaskSummary(BaseModel):
    """`parser` is what was asked for, `tags` the caller's own. The whole status is behind `links.self`."""

    task_id: str
    state: RunState
    progress: int | None = None
    error: str | None = None
    source: str
    parser: str
    tags: tuple[str, ...] = ()
    created_at: datetime
    finished_at: datetime | None = None
    links: dict[str, str]


class TaskList(BaseModel):
    """Newest first. `next` is the cursor of the next page, absent on the last; a page may be short, even empty."""

    tasks: list[TaskSummary]
    next: str | None = None


class ComponentHealth(BaseModel):
    """`detail` is what the component says about itself, for people."""

    status: Literal["ok", "down"]
    name: str | None = None
    detail: dict[str, str] | None = None
    error: str | None = None
    message: str | None = None


class QueueHealth(BaseModel):
    """`pending` and `unfinished` are left out when the engine does not answer."""

    pending: int | None = None
    unfinished: int | None = None
    max: int


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    engine: ComponentHealth
    queue: QueueHealth
    storage: ComponentHealth


class FieldError(BaseModel):
    """`field` is a path into the request, "body.pages". The value itself is not repeated: it may be a secret."""

    field: str
    message: str


class Problem(BaseModel):
    """Every error has this body, as application/problem+json (RFC 9457). Programs decide by `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    user_action: str
    correlation_id: str
    errors: list[FieldError] | None = None


class BatchRequest(BaseModel):
    """The items are checked one by one, each as the body of POST /upload."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: list[Any] = Field(
        min_length=1, max_length=100, json_schema_extra={"items": {"$ref": "#/components/schemas/UploadRequest"}}
    )


class BatchItem(BaseModel):
    """One of the two."""

    accepted: UploadAccepted | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    items: list[BatchItem]
