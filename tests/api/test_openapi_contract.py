"""Requests made up from the OpenAPI page itself, by hundreds: no 5xx, and no answer that it does not describe."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from api.app import create_app
from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from pipelines.client import APP_LABEL, APP_NAME, Submission
from pipelines.stub import StubWorkflowClient
from tests.api.manifests import FILES, manifest_of
from tests.api.test_openapi import PATHS

schemathesis = pytest.importorskip("schemathesis")

KEY = CacheKey(sha256="a" * 64, fingerprint="b" * 16)
KNOWN = "pdf-known"
EXAMPLES = 25  # requests per operation and kind
checks = schemathesis.checks
# What a schema cannot say: whether a URL is one that is read here, and how large a file may be by the settings.
BEYOND_THE_SCHEMA = [checks.positive_data_acceptance]
# A batch is not refused for one of its items: that one has its own answer.
OF_THE_ITEMS = {"/upload/batch": [checks.negative_data_rejection]}

schemathesis.serializer.alias("application/pdf", "application/octet-stream")


class InstantEngine(StubWorkflowClient):
    async def submit(self, submission):
        await super().submit(submission)
        self.succeed(submission.name, {"cache-key": str(KEY)})

    async def close(self):
        """Every request has a life span of its own."""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    store, engine = FolderStore(tmp_path_factory.mktemp("contract") / "store"), InstantEngine()
    for name in FILES:
        store.put(layout.result(KEY, name), b"text")
    store.put(layout.manifest(KEY), manifest_of(KEY).model_dump_json().encode())
    asyncio.run(engine.submit(Submission(KNOWN, "pdf-parse", {}, {APP_LABEL: APP_NAME})))
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(Settings(_env_file=None), engine, store))


def ask(page, path, kind, task_id=None):
    operation = page[path][PATHS[path].upper()]

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode[kind]))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(case):
        if task_id is not None:
            case.path_parameters["task_id"] = task_id
        case.call_and_validate(excluded_checks=BEYOND_THE_SCHEMA + OF_THE_ITEMS.get(path, []))

    check()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_one_that_the_page_describes(page, path):
    ask(page, path, "POSITIVE")


@pytest.mark.parametrize("path", [path for path in PATHS if "{task_id}" in path])
def test_so_is_every_answer_about_a_run_that_is_there(page, path):
    ask(page, path, "POSITIVE", KNOWN)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_wrong_is_refused_as_the_page_describes(page, path):
    with suppress(Unsatisfiable):  # nothing about the operation can be wrong
        ask(page, path, "NEGATIVE")
