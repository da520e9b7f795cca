"""Keys of the object store, all of them. Pure functions of task id, content hash and fingerprint."""

from __future__ import annotations

import hashlib
import re

from pdf_parser.domain.cache import CacheKey

MANIFEST = "manifest.json"
DOCUMENT_MD = "document.md"
DOCUMENT_HTML = "document.html"
DOCUMENT_JSONL = "document.jsonl"
CITATIONS = "citations.jsonl"
CHUNKS = "chunks.jsonl"
LEDGER = "pages.jsonl"
SUMMARY = "summary.json"
FIGURES = "figures/"
TABLES = "tables/"
TABLE_INDEX = f"{TABLES}index.json"
_SOURCE = re.compile(r"work/uploads/[0-9a-z]{26}\.pdf|sources/[0-9a-f]{64}\.pdf")
_TABLE_JSON = re.compile(rf"{TABLES}\d{{4,}}\.json")

WORK = "work/"
TASKS = "tasks/"
ENDED, COUNTED = f"{WORK}ended/", f"{WORK}counted/"
OUTBOX = "outbox/"
_SINGLE = (f"{WORK}tasks/", f"{WORK}uploads/", f"{WORK}idempotency/", ENDED, COUNTED)  # each below: an owner


def source(sha256: str) -> str:
    return f"sources/{sha256}.pdf"


def sha256_of_source(key: str) -> str | None:
    """The reverse of `source`; None for any other key."""
    found = re.fullmatch(r"sources/([0-9a-f]{64})\.pdf", key)
    return found.group(1) if found else None


def upload(upload_id: str) -> str:
    """Bytes that a caller has put there himself, until a run fetches them."""
    return f"{WORK}uploads/{upload_id}.pdf"


def upload_ticket(upload_id: str) -> str:
    """What may be uploaded under this id, where the store cannot sign URLs."""
    return f"{WORK}uploads/{upload_id}.json"


def idempotency(key_sha256: str) -> str:
    """Which run an Idempotency-Key stands for."""
    return f"{WORK}idempotency/{key_sha256}.json"


def is_readable_source(key: str) -> bool:
    """Whether a caller may name it as the source of a run: what was uploaded, and PDFs known by their hash."""
    return _SOURCE.fullmatch(key) is not None


def known_bytes(name: str) -> str:
    """Under which hash `fetch` has stored the bytes that a source calls by this name (`storage.sources.base.Facts`)."""
    return f"sources/known/{hashlib.sha256(name.encode()).hexdigest()}.json"


def work(key: CacheKey) -> str:
    return f"{WORK}{key}/"


def work_owner(name: str) -> str:
    """The folder of a work object that comes and goes as one: that of a cache key, or of a task; or a single object."""
    depth = 3 if name.startswith(_SINGLE) else 2
    return "/".join(name.split("/")[:depth]).removesuffix(".json")


def is_handed_on(key: str) -> bool:
    """Whether only steps read it; drafts are copied to their result keys as they are, and so are published."""
    return key.startswith("work/") and "/out/" not in key


def leases(key: CacheKey) -> str:
    return f"{work(key.of_run(None))}leases/"


def lease(key: CacheKey, number: int) -> str:
    """Who parses the document; the highest number counts (`steps.lease`)."""
    return f"{leases(key)}{number:06d}.json"


def all_work(key: CacheKey) -> str:
    """The common beginning of the work folders of all runs toward one result."""
    return f"work/{key.of_run(None)}"


def plan(key: CacheKey) -> str:
    return f"{work(key)}plan.json"


def shard_pdf(key: CacheKey, shard: int) -> str:
    return f"{work(key)}shards/{shard:04d}.pdf"


def pages(key: CacheKey) -> str:
    return f"{work(key)}pages/"


def page(key: CacheKey, page_no: int) -> str:
    return f"{pages(key)}{page_no:06d}.json"


def rescue(key: CacheKey) -> str:
    """Second results of pages that came out badly; the first ones are kept beside them."""
    return f"{work(key)}rescue/"


def rescue_plan(key: CacheKey) -> str:
    return f"{rescue(key)}plan.json"


def rescued_page(key: CacheKey, page_no: int) -> str:
    return f"{rescue(key)}pages/{page_no:06d}.json"


def merged_tables(key: CacheKey) -> str:
    """One Table per line, in document order: from `merge` to `export-tables`."""
    return f"{work(key)}tables.jsonl"


def summary(key: CacheKey) -> str:
    return f"{work(key)}{SUMMARY}"


def page_figure(key: CacheKey, name: str) -> str:
    """Image of a picture before it has its number in the document."""
    return f"{work(key)}{FIGURES}{name}"


def timings(key: CacheKey) -> str:
    return f"{work(key)}timings/"


def task_timings(task_id: str) -> str:
    """Steps that run before the cache key is known leave their timings here."""
    return f"{WORK}tasks/{task_id}/timings/"


def fetched(task_id: str) -> str:
    """Left by `fetch` for its own later attempts."""
    return f"work/tasks/{task_id}/fetched.json"


def task_failure(task_id: str) -> str:
    """Why a step failed for good, for an exit handler that the engine does not tell."""
    return f"work/tasks/{task_id}/failure.json"


def draft(key: CacheKey, name: str = "") -> str:
    """Outputs before they are published: `upload` copies them to their result keys and writes the manifest last."""
    return f"{work(key)}out/{name}"


def result(key: CacheKey, name: str = "") -> str:
    return f"results/{key.sha256}/{key.fingerprint}/{name}"


def partial(key: CacheKey, name: str = "") -> str:
    """What a run has saved that failed because of too many failed pages. No manifest is here: never a cache hit."""
    return result(key, f"partial/{name}")


def manifest(key: CacheKey) -> str:
    return result(key, MANIFEST)


def publishing(key: CacheKey) -> str:
    """Lies beside a manifest while other files replace those that it names."""
    return result(key, "publishing.json")


def table(index: int, suffix: str) -> str:
    """Name inside the result folder; `index` counts from 1 over the document."""
    return f"{TABLES}{index:04d}.{suffix}"


def stitched_table(index: int, suffix: str) -> str:
    """A table over several pages in one piece; `index` is that of its first part."""
    return f"{TABLES}{index:04d}-stitched.{suffix}"


def is_table_json(name: str) -> bool:
    return _TABLE_JSON.fullmatch(name) is not None


def figure(index: int) -> str:
    """Name inside the result folder; `index` counts from 1 over the document."""
    return f"{FIGURES}{index:04d}.png"


def task(task_id: str) -> str:
    return f"{TASKS}{task_id}.json"


def task_id_of(key: str) -> str:
    """The reverse of `task`."""
    return key.removeprefix(TASKS).removesuffix(".json")


def task_pointer(task_id: str) -> str:
    """Written by check-cache: which result a run works toward. Lets the exit handler find it without Argo outputs."""
    return f"{WORK}tasks/{task_id}.json"


def callback(task_id: str) -> str:
    """Written by the API before the workflow: a URL that may be a secret never is one of its parameters."""
    return f"{WORK}tasks/{task_id}/callback.json"


def event_marks(task_id: str, name: str = "") -> str:
    """Which events a run has told; the events themselves are in the outbox until they are delivered."""
    return f"{WORK}tasks/{task_id}/events/{name}"


def ended(task_id: str, attempt: str) -> str:
    """What the counters of the API want to know of a run that has ended."""
    return f"{ENDED}{task_id}-{attempt}.json"


def counted(ended_key: str) -> str:
    """Whoever creates it counts the run."""
    return f"{COUNTED}{ended_key.removeprefix(ENDED)}"


def outbox(task_id: str, destination: str = "", name: str = "") -> str:
    """One event for one destination; without a name all of a task, those of one destination in order."""
    return f"{OUTBOX}{task_id}/" + (f"{destination}/{name}.json" if name else "")


def dead_letter(task_id: str) -> str:
    """Of a document that could not be parsed."""
    return f"deadletter/{task_id}.json"


def dead_events(task_id: str = "") -> str:
    """Events that could not be delivered, named as in the outbox."""
    return f"deadletter/events/{task_id}/" if task_id else "deadletter/events/"
