"""What each pod asks of the cluster, whose queues it stands in, and when a failed attempt is worth repeating."""

from __future__ import annotations

from dataclasses import dataclass

from pdf_parser.errors import ALL, ParsedElsewhere

STEPS, DOCLING, MARKER, OCR = "steps", "parser-gpu", "parser-marker", "parser-ocr"  # images

TTL_S = 48 * 3600  # how long a finished run is kept by its engine

# Semaphores: keys of the ConfigMap LIMITS, each with its number of slots.
LIMITS = "pdf-parser-limits"
GPU_INTERACTIVE, GPU_BULK, VLM_SLOTS = "gpu-interactive", "gpu-bulk", "vlm"
GPU_SEMAPHORES = tuple(f"{LIMITS}/{key}" for key in (GPU_INTERACTIVE, GPU_BULK))
VLM_SEMAPHORE = f"{LIMITS}/{VLM_SLOTS}"

# What network policies let a pod reach besides DNS and the Kubernetes API (manifests/base/network.yaml).
STORE, SOURCE, VLM, EVENTS = "store", "source", "vlm", "events"


@dataclass(frozen=True)
class Need:
    """What one pod asks for at its first attempt; a later one gets more memory (GROWTHS).

    `memory_mib` is the limit; `reserved_mib`, what the scheduler sets aside, is less, so that small nodes take the pod.
    `gpus` are whole devices; the deadline is per attempt, in seconds. A pod that `resumes` finds the pages that an
    earlier attempt has finished, so that even an attempt that ran out of time is worth another one. One that `waits`
    ends and is repeated while another run parses the same document.
    """

    cpu: str
    reserved_mib: int
    memory_mib: int
    scratch: str
    deadline_s: int
    gpus: int = 0
    image: str = STEPS
    egress: str = STORE
    resumes: bool = False
    waits: bool = False


NEEDS: dict[str, Need] = {
    "fetch": Need("100m", 256, 1024, "2Gi", 600, egress=SOURCE),
    "check-cache": Need("100m", 128, 256, "64Mi", 300, waits=True),
    "classify": Need("250m", 512, 3072, "2Gi", 900),
    "parse-shard-cpu": Need("500m", 1024, 3072, "2Gi", 1800, resumes=True),
    "parse-shard-gpu": Need("2", 8192, 8192, "4Gi", 1800, gpus=1, image=DOCLING, resumes=True),
    "parse-shard-docling": Need("1", 3072, 6144, "4Gi", 1800, image=DOCLING, resumes=True),
    "parse-shard-marker": Need("1", 3072, 4096, "4Gi", 1800, image=MARKER, resumes=True),
    "parse-shard-ocr": Need("1", 3072, 6144, "4Gi", 1800, image=OCR, resumes=True),
    "parse-shard-vlm": Need("100m", 512, 2048, "2Gi", 1800, egress=VLM, resumes=True),
    "merge": Need("250m", 256, 1024, "2Gi", 900),
    "export-tables": Need("100m", 256, 1024, "2Gi", 900),
    "upload": Need("100m", 256, 512, "1Gi", 900),
    "finish": Need("50m", 128, 256, "64Mi", 300, egress=EVENTS),
    "prepare": Need("250m", 512, 3072, "2Gi", 1200, egress=SOURCE, waits=True),
    "publish": Need("250m", 256, 1024, "2Gi", 1800),
    "express": Need("500m", 1024, 3072, "4Gi", 1800, egress=SOURCE, resumes=True, waits=True),
}


@dataclass(frozen=True)
class Traffic:
    """Interactive and bulk runs wait in queues of their own, so that a campaign never holds up an upload.

    `priority` orders runs that wait for the same lock; `pod_priority_class` orders pods that wait for a node, None is
    the cluster's default. Bulk pods may be preempted, which counts as a failed attempt, hence the higher limit.
    """

    gpu_semaphore: str
    priority: int
    retry_limit: int
    deadline_s: int
    parallelism: int
    pod_priority_class: str | None = None


INTERACTIVE = Traffic(GPU_INTERACTIVE, priority=100, retry_limit=2, deadline_s=3600, parallelism=32)
BULK = Traffic(
    GPU_BULK,
    priority=0,
    retry_limit=5,
    deadline_s=12 * 3600,
    parallelism=8,
    pod_priority_class="pdf-parser-bulk",
)


def semaphore(need: Need, traffic: Traffic) -> str | None:
    """Which slots a pod takes: a device, or a call to a model whose provider limits calls."""
    return traffic.gpu_semaphore if need.gpus else VLM_SLOTS if need.egress == VLM else None


WAIT_LIMIT = 130  # with back-offs of 30 s longer than an interactive run may take

LOST_LIMIT = 3  # further attempts of the exit handler, whose pod may be lost as any other

_LOST = "OOMKilled|imminent node shutdown|Evicted|low on resource"
_OUT_OF_TIME = "specified deadline"


def retry_limit(need: Need, traffic: Traffic) -> int:
    return WAIT_LIMIT if need.waits else traffic.retry_limit


def retry_expression(need: Need, traffic: Traffic) -> str:
    """Waiting is repeated up to its limit, everything else as often as the traffic allows.

    There is no limit by exit code; `retries` counts the attempts so far, those that waited too (research/argo.md §1).
    """
    if not need.waits:
        return can_be_mended(need.resumes)
    is_waiting = f"asInt(lastRetry.exitCode) == {ParsedElsewhere.exit_code}"
    return f"{is_waiting} || asInt(retries) < {traffic.retry_limit} && ({can_be_mended(need.resumes)})"


def can_be_mended(resumes: bool = False) -> str:
    """True for what another attempt can mend: lost pods, kills for memory, and the exit codes marked retryable.

    A deadline has no code of its own, only Kubernetes' words (research/argo_measured.md §2).
    """
    codes = sorted(cls.exit_code for cls in ALL if cls.retryable)
    words = f"{_LOST}|{_OUT_OF_TIME}" if resumes else _LOST
    return (
        "lastRetry.status == 'Error'"
        f" || asInt(lastRetry.exitCode) in {[*codes, 137]}"
        f" || lastRetry.message matches '{words}'"
    )


# Attempts after the first that have more memory than the one before: twice, then four times as much.
GROWTHS = 2


def memory_by_attempt(need: Need) -> dict[str, str]:
    """Reserved and allowed memory as expressions: doubled with each attempt.

    What is reserved is doubled only once, for a pod that no node can take waits until its deadline. There may be single
    quotes in these expressions but no double ones (research/argo_measured.md §2).
    """
    return {
        "requests": _doubling(need.reserved_mib, times=1),
        "limits": _doubling(need.memory_mib, times=GROWTHS),
    }


def _doubling(mib: int, times: int) -> str:
    return f"{{{{=int(min({mib} * 2 ** int(retries), {mib * 2**times}))}}}}Mi"
