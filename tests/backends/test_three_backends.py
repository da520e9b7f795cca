"""One document, one DAG, several real back-ends in environments of their own: the ledger says who made each page.

Runs with the environment of Docling, where those of Marker and Unstructured are there too: `make backends`, then
`make test-backends`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pytest

from pdf_parser.settings import Settings
from pipelines.client import WorkflowDocument
from tests.backends.mixed_document import DIGITAL, GARBLED, HEAD, ROWS, SCANNED
from tests.backends.three_backends import EVERYTHING, NO_VISION, Deployed, parse
from tests.e2e.house import House

IMAGES = {"parser-gpu", "parser-marker", "parser-ocr"}

pytestmark = [
    pytest.mark.skipif(find_spec("docling") is None, reason="runs in .venv-docling: `make test-backends`"),
    pytest.mark.skipif(
        not Settings().interpreters().keys() >= IMAGES,
        reason="ENGINE_INTERPRETERS does not name all three environments: `make backends test-backends`",
    ),
    pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not installed"),
]


@dataclass(frozen=True)
class Parsed:
    deployed: Deployed
    house: House
    document: WorkflowDocument

    def row(self, page: int) -> dict[str, Any]:
        return self.house.ledger()[page - 1]


@pytest.fixture(scope="module", params=[EVERYTHING, NO_VISION], ids=["everything", "no-vision"])
def parsed(request, tmp_path_factory) -> Parsed:
    return Parsed(request.param, *parse(tmp_path_factory.mktemp("house"), request.param))


def test_each_page_goes_where_it_is_read_best_and_the_ledger_says_who_and_why(parsed):
    assert parsed.document["status"]["phase"] == "Succeeded"
    rows = parsed.house.ledger()
    assert {row["page"]: row["parser"] for row in rows} == parsed.deployed.made_by
    assert {row["page"]: row["route"] for row in rows} == parsed.deployed.routes
    assert len({row["parser"] for row in rows}) >= 3 and all(row["parser_version"] for row in rows)


def test_what_each_of_them_read_is_in_the_document(parsed):
    text = " ".join(parsed.house.result("document.md").split())
    assert "quick brown fox jumps over the lazy dog" in text
    assert "The committee met for the first time in the spring" in text
    assert parsed.house.result("tables/0001.csv").splitlines() == [",".join(row) for row in (HEAD, *ROWS)]


def test_a_rescued_page_tells_what_was_wrong_with_it_before(parsed):
    row = parsed.row(GARBLED)
    assert row["reason"].startswith("rescued from ")
    assert row["tried"] and row["status"] == "ocr"
    assert parsed.row(DIGITAL)["tried"] == []


def test_what_a_vision_model_was_paid_in_vain_is_not_forgotten(parsed):
    if parsed.deployed is not EVERYTHING:
        pytest.skip("no vision model is deployed")
    assert parsed.row(GARBLED)["usage"] == parsed.row(SCANNED)["usage"] != None  # noqa: E711
