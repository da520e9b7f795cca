"""All settings, from the environment or a `.env` file. `.env.example` documents each; a test keeps the two in step."""

from __future__ import annotations

from base64 import b64decode
from importlib.metadata import version
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    ByteSize,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from pdf_parser.domain.chunk import Chunking
from pdf_parser.domain.endpoint import VlmEndpoint
from pdf_parser.domain.lanes import Deployment
from pdf_parser.domain.shard import ShardLimits


def _networks(text: str) -> str:
    for part in filter(None, text.split(",")):
        ip_network(part.strip())
    return text


def _backends(text: str) -> str:
    Deployment.read(text)
    return text


def _webhook_secrets(secrets: SecretStr) -> SecretStr:
    for key in webhook_keys(secrets):
        if len(key) < LEAST_KEY_BYTES:
            raise ValueError(f"a webhook secret has fewer than {LEAST_KEY_BYTES} bytes")
    return secrets


def webhook_keys(secrets: SecretStr) -> list[bytes]:
    """The keys of "whsec_<base64>,…", as Standard Webhooks writes them. Raises ValueError."""
    keys = []
    for part in filter(None, secrets.get_secret_value().split(",")):
        prefix, _, text = part.strip().partition("_")
        if prefix != "whsec":
            raise ValueError("a webhook secret looks like whsec_<base64>")
        keys.append(b64decode(text, validate=True))
    return keys


LEAST_KEY_BYTES = 24  # github.com/standard-webhooks/standard-webhooks, "Signature scheme"
WebhookSecrets = Annotated[SecretStr, AfterValidator(_webhook_secrets)]
NetworkList = Annotated[str, AfterValidator(_networks)]
BackendList = Annotated[str, AfterValidator(_backends)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # store
    store_url: str = Field("file://./data/store", description="Object store: s3://bucket[/prefix] or file://folder.")
    s3_endpoint_url: str | None = Field(None, description="S3 endpoint of MinIO and others; empty means AWS.")
    s3_region: str = Field("us-east-1", description="S3 region.")
    presign_expires_s: PositiveInt = Field(3600, description="How long presigned URLs live, in seconds.")

    # sources
    source_file_roots: str = Field(
        "", description="Folders, separated by ':', from which file:// sources may be read; empty refuses them."
    )
    source_http: bool = Field(False, description="Also accept http:// sources, for tests and closed networks.")
    source_hosts: str = Field(
        "", description="Hosts that https:// sources may name, a.com,*.b.com; empty accepts every public host."
    )
    source_private_networks: NetworkList = Field(
        "", description="Networks that may be read although they are not public, e.g. 10.1.0.0/16,::1."
    )
    source_buckets: str = Field("", description="Buckets that s3:// sources may name, a,b; empty accepts all.")
    source_timeout_s: PositiveFloat = Field(
        30.0,
        description="Connect and read time-out of a source, in seconds; a whole transfer may take 20 times as long.",
    )
    max_source_bytes: ByteSize = Field(ByteSize(500_000_000), description="Largest PDF accepted, e.g. 500MB.")
    max_pages: PositiveInt = Field(5000, description="Most pages accepted in one PDF.")
    pdf_password_dir: str = Field(
        "", description="Folder with one file per PDF password (a mounted secret); PDF_PASSWORD_<REF> works too."
    )

    # parsing
    default_parser: str = Field("auto", description="Parser for requests without a hint: auto or a registered name.")
    backends: BackendList = Field(
        "",
        description="Back-ends that are deployed, docling,marker,unstructured,deepseek-ocr,nanonets-ocr2,gemini;"
        " one of another package with its lane, acme=ocr. Empty: the built-in parser and OCR alone.",
    )
    docling_on_gpu: bool = Field(False, description="Docling's pods get a GPU (lane gpu instead of docling).")
    page_timeout_s: PositiveFloat = Field(
        60.0, description="Longest time for one page, in seconds; then it has failed."
    )
    page_attempts: PositiveInt = Field(3, description="Tries per page and parser before the next parser gets it.")
    worker_max_pages: PositiveInt = Field(
        200, description="Pages after which a process that holds models is replaced by a fresh one."
    )
    worker_max_growth_bytes: ByteSize = Field(
        ByteSize(2_000_000_000),
        description="Growth, since its models were loaded, after which such a process is replaced, e.g. 2GB.",
    )
    parser_memory_bytes: ByteSize = Field(
        ByteSize(2_000_000_000), description="Memory limit of the process that runs PDFium, e.g. 2GB."
    )
    max_page_failure_ratio: float = Field(
        0.0, ge=0, le=1, description="Share of pages that may fail before the whole run fails."
    )
    shard_target_seconds: PositiveFloat = Field(20.0, description="Parse time that a shard should take, in seconds.")
    shard_max_pages: PositiveInt = Field(64, description="Most pages in one shard.")
    max_shards: PositiveInt = Field(200, description="Most shards in one run.")
    express_max_bytes: ByteSize = Field(
        ByteSize(50_000_000), description="Largest PDF that PROFILE=auto begins in one pod, where its size is known."
    )
    express_max_seconds: PositiveFloat = Field(
        30.0, description="Estimated parse time up to which an express run stays in its one pod, in seconds."
    )

    parser_images: str = Field(
        "", description="Parser image references, name=reference,…; part of the cache key, so a new image re-parses."
    )

    # layout
    layout_model: Literal["off", "on"] = Field(
        "off", description="Ask a layout model where the figures are on pages full of drawings; needs extra layout."
    )

    # ocr
    ocr_engine: Literal["auto", "rapidocr", "tesseract", "off"] = Field(
        "auto", description="Who reads scanned and garbled pages; auto takes what is installed, RapidOCR first."
    )
    ocr_languages: str = Field(
        "eng",
        pattern=r"^[A-Za-z][A-Za-z_]*(\+[A-Za-z][A-Za-z_]*)*$",
        description="Languages for Tesseract, eng+deu; RapidOCR reads Latin, Chinese and Japanese without.",
    )
    ocr_dpi: NonNegativeInt = Field(
        0, description="Dots per inch at which pages are read; 0 means what is best for the engine."
    )
    ocr_threads: PositiveInt = Field(
        1, description="Threads of an OCR engine; one costs least, shards already run side by side."
    )
    ocr_max_pixels: PositiveInt = Field(
        12_000_000, description="Largest picture that OCR looks at, in pixels; larger pages are read more coarsely."
    )
    ocr_memory_bytes: ByteSize = Field(
        ByteSize(3_000_000_000), description="Memory limit of the process that runs OCR, e.g. 3GB."
    )

    # cache
    known_timeout_s: NonNegativeFloat = Field(
        1.0,
        description="How long POST /upload may look whether the bytes are known, in seconds; 0 never looks.",
    )
    trust_caller_sha256: bool = Field(
        True, description="Who knows the sha256 of a PDF may have its result; false: only who has the bytes may."
    )
    lease_s: PositiveFloat = Field(
        120.0,
        description="Seconds without any progress after which another run of the same document takes over.",
    )

    # docling
    docling_artifacts_path: str = Field(
        "",
        description="Folder with the models of Docling; empty means the smaller ones that come in wheels, "
        "and digital pages go to the built-in parser before Docling. Set it for all steps: classify decides by it.",
    )
    docling_device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the models of that folder run; auto takes cuda where torch finds it."
    )
    docling_batch_size: PositiveInt = Field(4, description="Pages that Docling works on together.")
    docling_queue_size: PositiveInt = Field(16, description="Pages that may wait between the stages of Docling.")

    # vlm
    vlm_endpoints: dict[str, VlmEndpoint] = Field(
        {},
        description="Vision models to use, as JSON: {name: {url, model, prompt, answer, max_tokens, extra_body, "
        "prompt_price, completion_price}}; what is left out is the preset's. "
        "Names: deepseek-ocr, nanonets-ocr2, gemini, vlm.",
    )
    vlm_api_key_dir: str = Field(
        "",
        description="Folder with a file per key, named as the parser (a mounted secret); VLM_API_KEY_<NAME> works too.",
    )
    vlm_concurrency: PositiveInt = Field(4, description="Requests of one process to a vision model at once.")
    vlm_requests_per_minute: NonNegativeInt = Field(
        0, description="Most requests of one process to a vision model per minute; 0 means no limit."
    )
    vlm_timeout_s: PositiveFloat = Field(
        45.0, description="Longest time for one answer, in seconds; PAGE_TIMEOUT_S holds for all that a page waits."
    )
    vlm_attempts: PositiveInt = Field(
        4, description="Tries per page when a vision model is busy or fails for a moment."
    )
    vlm_dpi: PositiveInt = Field(150, ge=36, le=600, description="Dots per inch of the pages that vision models see.")

    # marker
    marker_mode: Literal["fast", "balanced", "force_ocr"] = Field(
        "fast",
        description="How Marker reads: fast (text layer, OCR of what is bad), balanced (vision model for layout and "
        "bad pages) or force_ocr (vision model for all).",
    )
    marker_batch_pages: PositiveInt = Field(4, description="Pages that Marker works on together.")
    surya_inference_url: str = Field("", description="Server of Marker's vision model, http://host:port/v1.")
    fast_layout_server_url: str = Field(
        "", description="Server of Marker's layout model, http://host:port/v1; for the mode fast only."
    )
    ocr_error_server_url: str = Field("", description="Server of Marker's judge of text layers, http://host:port/v1.")

    # unstructured
    unstructured_strategy: Literal["auto", "fast", "ocr_only", "hi_res"] = Field(
        "auto",
        description="How Unstructured reads: fast (text layer), ocr_only (Tesseract), hi_res (its layout model), or "
        "auto: fast where the text layer is sound, else ocr_only.",
    )

    # output
    chunk_size: PositiveInt = Field(300, description="Most tokens in a chunk.")
    overlap: NonNegativeInt = Field(50, description="Tokens that consecutive chunks share at most.")
    chunk_table_rows: bool = Field(
        False, description="Add chunks that say each table row by row as sentences, beside the table itself."
    )
    figures: bool = Field(False, description="Also save pictures as PNG files, cut out of the rendered page.")
    figure_dpi: PositiveInt = Field(150, ge=36, le=600, description="Dots per inch of these pictures.")
    csv_neutralise_formulas: bool = Field(
        True, description="Put an apostrophe before cells of CSV files that a spreadsheet would run as a formula."
    )

    # engine
    engine: Literal["local", "argo", "kubeflow", "stub"] = Field(
        "local",
        description="Who runs workflows: local (embedded), argo or kubeflow (a cluster), or stub (nobody, for tests).",
    )
    profile: Literal["auto", "full", "compact", "express"] = Field(
        "auto", description="Which compiled DAG a run uses; auto decides by size."
    )
    engine_db: str = Field("./data/engine.sqlite", description="State of the embedded engine.")
    engine_work_dir: str = Field("./data/engine", description="Scratch and logs of the embedded engine.")
    engine_parallelism: NonNegativeInt = Field(
        0, description="Steps that the embedded engine runs at once; 0 means one per processor."
    )
    engine_interpreters: str = Field(
        "",
        pattern=r"^([^=,]+=[^=,]+(,[^=,]+=[^=,]+)*)?$",
        description="Python by image with which the embedded engine runs steps, parser-gpu=.venv-docling/bin/python,…; "
        "its own for others.",
    )
    gpu_slots: NonNegativeInt = Field(1, description="GPU steps that the embedded engine runs at once.")
    vlm_slots: NonNegativeInt = Field(4, description="VLM steps that the embedded engine runs at once.")
    run_deadline_s: PositiveInt = Field(3600, description="Longest time for a whole run, in seconds.")

    # argo
    argo_url: str = Field("https://localhost:2746", description="Where argo-server is, for ENGINE=argo.")
    argo_namespace: str = Field("pdf-parser", description="Namespace of the workflows and their templates.")
    argo_token: SecretStr = Field(SecretStr(""), description="Bearer token for argo-server; a token file wins.")
    argo_token_file: str = Field(
        "", description="File with that token, read again whenever it changes (a projected service account token)."
    )
    argo_ca_file: str = Field(
        "", description="PEM file with the certificates that argo-server is trusted by; empty means the system's."
    )
    argo_insecure: bool = Field(False, description="Trust any certificate of argo-server; only for trying things out.")
    argo_connect_timeout_s: PositiveFloat = Field(2.0, description="Longest time to reach argo-server, in seconds.")
    argo_timeout_s: PositiveFloat = Field(10.0, description="Longest time for an answer of argo-server, in seconds.")
    argo_stale_s: PositiveFloat = Field(
        15.0, description="How long /status answers from memory after the watch was lost, in seconds; then it asks."
    )

    # kubeflow
    kubeflow_url: str = Field(
        "http://localhost:8888", description="Where the API of Kubeflow Pipelines is, for ENGINE=kubeflow."
    )
    kubeflow_namespace: str = Field(
        "", description="Profile namespace of a multi-user Kubeflow; empty for a stand-alone one."
    )
    kubeflow_token: SecretStr = Field(SecretStr(""), description="Bearer token for that API; a token file wins.")
    kubeflow_token_file: str = Field("", description="File with that token, read again whenever it changes.")
    kubeflow_pipeline: str = Field("pdf-parse", description="Name of the uploaded pipeline; its newest version runs.")
    kubeflow_poll_s: PositiveFloat = Field(2.0, description="How often a followed run is asked for, in seconds.")

    # api
    stuck_margin_s: PositiveInt = Field(
        900, description="How far beyond its deadline an unfinished run is stopped from outside, in seconds."
    )
    max_q: NonNegativeInt = Field(100, description="Unfinished runs above which POST /upload answers 429.")
    retry_after_s: PositiveInt = Field(5, description="Retry-After of a 429, in seconds.")
    task_ttl_hours: PositiveFloat = Field(48.0, description="How long a finished run is known to /status, in hours.")

    # events
    event_webhook_url: SecretStr = Field(
        SecretStr(""), description="Where the events of all runs are sent, https://…; empty: only to their callbacks."
    )
    event_webhook_secrets: WebhookSecrets = Field(
        SecretStr(""),
        description="Keys that sign webhooks, whsec_<base64>,…; all of them sign, so that receivers can change over."
        " Without one callbacks are refused.",
    )
    event_http: bool = Field(False, description="Also accept http:// callbacks, for tests and closed networks.")
    event_hosts: str = Field(
        "", description="Hosts that callbacks may name, a.com,*.b.com; empty accepts every public host."
    )
    event_private_networks: NetworkList = Field(
        "", description="Networks that may get events although they are not public, e.g. 10.1.0.0/16,::1."
    )
    event_timeout_s: PositiveFloat = Field(5.0, description="Longest time for one delivery of an event, in seconds.")
    event_sweep_s: PositiveFloat = Field(
        10.0, description="How often the API looks for events that wait to be delivered, in seconds."
    )
    event_give_up_hours: PositiveFloat = Field(
        72.0, description="How long the delivery of an event is tried, in hours; then it is put below deadletter/."
    )
    event_nats_url: SecretStr = Field(
        SecretStr(""),
        description="NATS server that also gets events, nats://…; needs extra nats and a JetStream stream.",
    )
    event_nats_subject: str = Field(
        "pdf-parser.events",
        pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$",
        description="Subject of these; the kind of the event is put behind it, pdf-parser.events.completed.",
    )

    # traces
    otel_endpoint: str = Field(
        "", description="OpenTelemetry collector for traces, http://host:4318 (OTLP over HTTP); needs extra otel."
    )

    # logs
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level logged.")
    log_format: Literal["json", "text"] = Field("json", description="json for machines, text for people.")

    @model_validator(mode="after")
    def _webhooks_are_signed(self) -> Settings:
        if self.event_webhook_url.get_secret_value() and not self.event_webhook_secrets.get_secret_value():
            raise ValueError("EVENT_WEBHOOK_URL needs EVENT_WEBHOOK_SECRETS: events are never sent unsigned")
        return self

    def deployment(self) -> Deployment:
        return Deployment.read(self.backends, self.docling_on_gpu, docling_on_wheels=not self.docling_artifacts_path)

    def shard_limits(self) -> ShardLimits:
        return ShardLimits(
            target_seconds=self.shard_target_seconds, max_pages=self.shard_max_pages, max_shards=self.max_shards
        )

    def chunking(self) -> Chunking:
        return Chunking(chunk_size=self.chunk_size, overlap=self.overlap, table_rows=self.chunk_table_rows)

    def output_facts(self) -> dict[str, object]:
        """Settings that decide what the files of a result say; part of its fingerprint, and told in its manifest."""
        figures = {"figures": self.figure_dpi if self.figures else None}
        return {**self.reading_facts(), **figures, "csv_neutralise_formulas": self.csv_neutralise_formulas}

    def reading_facts(self) -> dict[str, object]:
        """Settings that decide what a page reads as."""
        models = {name: endpoint.reading_facts() for name, endpoint in self.vlm_endpoints.items()}
        return {
            "ocr": [self.ocr_engine, self.ocr_languages, self.ocr_dpi],
            "layout_model": self.layout_model,
            "backends": list(self.deployment().homes),
            "docling": "artifacts" if self.docling_artifacts_path else "wheels",
            "marker": self.marker_mode,
            "unstructured": self.unstructured_strategy,
            **({"vlm": {"dpi": self.vlm_dpi, **models}} if models else {}),
        }

    def interpreters(self) -> dict[str, str]:
        """Paths of Python by name of the image that they stand for."""
        pairs = (pair.split("=") for pair in self.engine_interpreters.split(",") if pair)
        return {image.strip(): path.strip() for image, path in pairs}

    def image_references(self) -> dict[str, str]:
        """What stands for parser versions and weights in the fingerprint of a result."""
        given = dict(pair.split("=", 1) for pair in self.parser_images.split(",") if "=" in pair)
        return given or {"pdf-parser": version("pdf-parser")}
