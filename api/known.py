"""Uploads whose result is in the store already, found before any workflow exists.

They are known by the hash that the caller gives, or by what the source tells of its bytes. A look takes KNOWN_TIMEOUT_S
at most and never fails an upload: what is not found here is submitted, and `check-cache` finds it all the same.
Not answered here: what was asked by force, and documents with a password, which `fetch` alone can verify.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from loguru import logger
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.known import KnownBytes
from pdf_parser.domain.options import ParseOptions
from pdf_parser.domain.run import RunRequest
from pdf_parser.errors import ObjectNotFound, PdfParserError
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.results import find_result, key_of
from pdf_parser.storage.sources import Facts, look_at_source

CALLER, SOURCE, SEEN_BEFORE = "caller", "source", "name"
THREADS = 4  # of their own: a source that hangs must not take those that everything else needs


@dataclass(frozen=True)
class KnownResult:
    """`by`: who told the hash, the caller, the source, or a name under which `fetch` has met the bytes before."""

    key: CacheKey
    by: str


@dataclass(frozen=True)
class Seen:
    """What a look has found; `size_bytes` is None where nobody knows it yet."""

    size_bytes: int | None = None
    result: KnownResult | None = None


class KnownUploads:
    def __init__(self, store: ObjectStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="known")

    async def look(self, request: RunRequest) -> Seen:
        if not self._settings.known_timeout_s:
            return Seen()
        looking = asyncio.get_running_loop().run_in_executor(self._threads, self._look, request)
        try:
            return await asyncio.wait_for(looking, self._settings.known_timeout_s)
        except asyncio.TimeoutError:
            logger.warning("whether the bytes are known took longer than {:g} s", self._settings.known_timeout_s)
        except PdfParserError as exc:
            logger.info("whether the bytes are known cannot be told: {}", exc)
        return Seen()

    def _look(self, request: RunRequest) -> Seen:
        """The caller's hash first, which needs no word of the source. A hash that the source denies is no hit.

        Where somebody waits for events there has to be a run, which tells them.
        """
        options, given = request.options, request.options.sha256
        if self._has_listeners(request):
            return Seen(look_at_source(request.source, settings=self._settings, store=self._store).size_bytes)
        if given and self._settings.trust_caller_sha256 and (key := self._finished(given, options)):
            return Seen(None, KnownResult(key, CALLER))
        facts = look_at_source(request.source, settings=self._settings, store=self._store)
        found, by = (facts.sha256, SOURCE) if facts.sha256 else (self._met(facts), SEEN_BEFORE)
        key = self._finished(found, options) if found and given in (None, found) else None
        return Seen(facts.size_bytes, KnownResult(key, by) if key else None)

    def _has_listeners(self, request: RunRequest) -> bool:
        services = (self._settings.event_webhook_url, self._settings.event_nats_url)
        return bool(request.callback) or any(url.get_secret_value() for url in services)

    def _met(self, facts: Facts) -> str | None:
        for name in facts.names:
            try:
                return KnownBytes.model_validate_json(self._store.get(layout.known_bytes(name))).sha256
            except (ObjectNotFound, ValidationError):
                continue
        return None

    def _finished(self, sha256: str, options: ParseOptions) -> CacheKey | None:
        if options.force or options.password_ref:
            return None
        key = key_of(sha256, options, self._settings)
        manifest = find_result(self._store, key, self._settings.chunking(), untouched=True)
        if manifest is None or manifest.options.password_ref:
            return None
        return key.of_run(manifest.run)
