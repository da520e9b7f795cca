"""What each stage asks of the cluster, and when a failed attempt is worth repeating."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.errors import ALL

STEPS, DOCLING, MARKER, OCR = "steps", "parser-gpu", "parser-marker", "parser-ocr"

LIMITS = "pdf-parser-limits"
GPU_SLOTS, VLM_SLOTS = "gpu-slots", "vlm"


@dataclass(frozen=True)
class Need:
    """Requests and limits of one pod. `gpus` whole devices; deadline per attempt, in seconds.

    `slots` names the semaphore (a key of LIMITS) that a pod holds while it runs and while it waits to be tried again.
    """

    cpu: str
    memory: str
    scratch: str
    deadline_s: int
    gpus: int = 0
    image: str = STEPS
    slots: str | None = None


NEEDS: dict[str, Need] = {
    "fetch": Need("250m", "1Gi", "2Gi", 600),
    "check-cache": Need("100m", "256Mi", "64Mi", 120),
    "classify": Need("500m", "3Gi", "2Gi", 900),
    "parse-shard-cpu": Need("1", "3Gi", "2Gi", 1800),
    "parse-shard-gpu": Need("2", "8Gi", "4Gi", 1800, gpus=1, image=DOCLING, slots=GPU_SLOTS),
    "parse-shard-docling": Need("2", "6Gi", "4Gi", 1800, image=DOCLING),
    "parse-shard-marker": Need("1", "4Gi", "4Gi", 1800, image=MARKER),
    "parse-shard-ocr": Need("1", "6Gi", "4Gi", 1800, image=OCR),
    "parse-shard-vlm": Need("250m", "2Gi", "2Gi", 1800, slots=VLM_SLOTS),
    "merge": Need("500m", "1Gi", "2Gi", 900),
    "export-tables": Need("250m", "1Gi", "2Gi", 900),
    "upload": Need("250m", "512Mi", "1Gi", 900),
    "finish": Need("100m", "256Mi", "64Mi", 300),
    "prepare": Need("500m", "3Gi", "2Gi", 1200),
    "publish": Need("500m", "1Gi", "2Gi", 1800),
    "express": Need("1", "3Gi", "4Gi", 1800),
}

RETRY_LIMIT = 2


def retry_expression() -> str:
    """True for what another attempt can mend: lost pods, kills for memory, and the exit codes marked retryable."""
    codes = sorted(cls.exit_code for cls in ALL if cls.retryable)
    return (
        "lastRetry.status == 'Error'"
        f" || asInt(lastRetry.exitCode) in {[*codes, 137]}"
        " || lastRetry.message matches 'OOMKilled|imminent node shutdown|Evicted'"
    )
