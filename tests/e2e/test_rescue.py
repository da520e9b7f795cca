"""The whole DAG with two parsers in different lanes: page 2 comes out badly and is rescued by the second."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from pipelines.client import WorkflowDocument
from tests.e2e.house import House
from tests.e2e.strange_parsers import SENSE
from tests.pdfs import simple_pdf
from tests.pipelines.local.lab import nodes_of, phases_of
from tests.scans import picture_pdf, uniform


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The document has a scanned page between two digital ones: the built-in parser can do nothing for it."""
    with pikepdf.open(BytesIO(simple_pdf(2))) as pdf, pikepdf.open(BytesIO(picture_pdf(uniform(128)))) as scan:
        pdf.pages.insert(1, scan.pages[0])
        pdf.save(tmp_path / "document.pdf")
    house = House(tmp_path)
    house.install(muddler="tests.e2e.strange_parsers:Muddler", mender="tests.e2e.strange_parsers:Mender")
    return house


def run(house: House, template: str, mender: str, backends: str = "muddler=docling,mender=ocr") -> WorkflowDocument:
    return house.run(template, {"BACKENDS": backends, "OCR_ENGINE": "off", "MENDER": mender})


@pytest.mark.parametrize("template", ["pdf-parse", "pdf-parse-compact", "pdf-parse-express"])
def test_a_bad_page_is_rescued_by_a_parser_in_another_lane(house, template):
    document = run(house, template, mender="well")
    assert document["status"]["phase"] == "Succeeded"
    shards = [name for name, node in nodes_of(document).items() if node["templateName"].startswith("parse-shard")]
    rescues = {name.partition("(")[0] for name in shards if ".rescue." in name and "(" in name}
    assert rescues == {"parse-document.rescue.ocr"}
    rows = house.ledger()
    assert [(row["page"], row["parser"]) for row in rows] == [(1, "muddler"), (2, "mender"), (3, "muddler")]
    assert rows[1]["reason"] == "rescued from muddler: bad glyphs"
    assert [(a["parser"], a["outcome"]) for a in rows[1]["tried"]][-1] == ("muddler", "poor")
    assert SENSE in house.result("document.md")
    assert json.loads(house.result("manifest.json"))["pages"]["by_parser"] == {"muddler": 2, "mender": 1}


def test_without_bad_pages_nothing_of_the_rescue_runs(house):
    document = run(house, "pdf-parse", mender="well", backends="mender=ocr")
    assert [row["parser"] for row in house.ledger()] == ["mender"] * 3
    assert phases_of(document)["parse-document.rescue"] == "Skipped"
    assert not [name for name in phases_of(document) if ".rescue." in name]


@pytest.mark.parametrize(
    ("mender", "lane", "reason"),
    [("badly", "Succeeded", "mender did no better: bad glyphs"), ("dead", "Failed", "its rescue failed")],
)
def test_a_rescue_in_vain_leaves_the_first_page_and_says_so(house, mender, lane, reason):
    document = run(house, "pdf-parse-compact", mender)
    phases = phases_of(document)
    assert (document["status"]["phase"], phases["parse-document.rescue.ocr"]) == ("Succeeded", lane)
    row = house.ledger()[1]
    assert row["parser"] == "muddler" and row["reason"].startswith(reason)
