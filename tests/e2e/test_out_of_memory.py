"""The last rung of the ladder through the real engine: a step out of memory is tried again, and told so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.errors import OutOfMemory
from tests.e2e.house import House
from tests.pdfs import simple_pdf
from tests.pipelines.local.lab import nodes_of


@pytest.mark.parametrize("template", ["pdf-parse", "pdf-parse-express"])
def test_a_step_out_of_memory_is_tried_again_with_its_attempt_told_and_finishes(tmp_path: Path, template):
    (tmp_path / "document.pdf").write_bytes(simple_pdf(2))
    house = House(tmp_path)
    house.install(hungry="tests.e2e.strange_parsers:Hungry")
    document = house.run(template, {"BACKENDS": "hungry=cpu"})
    assert document["status"]["phase"] == "Succeeded"
    nodes = nodes_of(document).values()
    codes = [n["outputs"]["exitCode"] for n in nodes if n["phase"] == "Failed"]
    assert codes == [str(OutOfMemory.exit_code)] * 2
    assert [row["parser"] for row in house.ledger()] == ["hungry", "hungry"]
    assert "was made by attempt 2 of the pod" in house.result("document.md")
