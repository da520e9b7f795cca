"""What each stage asks of the cluster, and when a failed attempt is worth repeating."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.errors import ALL, ParsedElsewhere


@dataclass(frozen=True)
class Need:
    """Requests and limits of one pod. `gpus` whole devices; deadline per attempt, in seconds."""

    cpu: str
    memory: str
    scratch: str
    deadline_s: int
    gpus: int = 0


NEEDS: dict[str, Need] = {
    "fetch": Need("250m", "1Gi", "2Gi", 600),
    "check-cache": Need("100m", "256Mi", "64Mi", 120),
    "classify": Need("500m", "3Gi", "2Gi", 900),
    "parse-shard-cpu": Need("1", "3Gi", "2Gi", 1800),
    "parse-shard-gpu": Need("2", "8Gi", "4Gi", 1800, gpus=1),
    "merge": Need("500m", "1Gi", "2Gi", 900),
    "export-tables": Need("250m", "1Gi", "2Gi", 900),
    "upload": Need("250m", "512Mi", "1Gi", 900),
    "finish": Need("100m", "256Mi", "64Mi", 300),
    "prepare": Need("500m", "3Gi", "2Gi", 1200),
    "publish": Need("500m", "1Gi", "2Gi", 1800),
    "express": Need("1", "3Gi", "4Gi", 1800),
}

GPU_SEMAPHORE = ("pdf-parser-limits", "gpu-slots")
RETRY_LIMIT = 2

# Where a run waits for another that parses the same document. With back-offs of 30 s this outlasts any run.
WAITING = ("check-cache", "prepare", "express")
WAIT_LIMIT = 130


def retry_limit(name: str) -> int:
    return WAIT_LIMIT if name in WAITING else RETRY_LIMIT


def retry_expression(name: str = "") -> str:
    """Of a template: waiting is repeated up to its limit, everything else RETRY_LIMIT times.

    There is no limit by exit code; `retries` counts the attempts so far, those that waited too (research/argo.md §1).
    """
    if name not in WAITING:
        return _can_be_mended()
    is_waiting = f"asInt(lastRetry.exitCode) == {ParsedElsewhere.exit_code}"
    return f"{is_waiting} || asInt(retries) < {RETRY_LIMIT} && ({_can_be_mended()})"


def _can_be_mended() -> str:
    """True for what another attempt can mend: lost pods, kills for memory, and the exit codes marked retryable."""
    codes = sorted(cls.exit_code for cls in ALL if cls.retryable)
    return (
        "lastRetry.status == 'Error'"
        f" || asInt(lastRetry.exitCode) in {[*codes, 137]}"
        " || lastRetry.message matches 'OOMKilled|imminent node shutdown|Evicted'"
    )
