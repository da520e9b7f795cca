from __future__ import annotations

import pytest
from pydantic import ValidationError

from pdf_parser.domain.lanes import BACKENDS, Deployment, Lane
from pdf_parser.settings import Settings


def test_without_a_setting_nothing_is_deployed():
    assert not Settings(backends="").deployment().homes
    assert all(Deployment().lacks(name) for name in BACKENDS)


def test_a_backend_runs_in_the_lane_of_the_table():
    deployment = Deployment.read("docling, marker,unstructured,gemini")
    lanes = [deployment.home(name).lane for name in ("docling", "marker", "unstructured", "gemini", "tesseract")]
    assert lanes == [Lane.DOCLING, Lane.MARKER, Lane.OCR, Lane.VLM, Lane.CPU]


def test_docling_moves_to_the_gpu_where_there_is_one():
    assert Settings(backends="docling", docling_on_gpu=True).deployment().home("docling").lane is Lane.GPU
    assert Settings(backends="docling", docling_on_gpu=False).deployment().home("docling").lane is Lane.DOCLING


def test_a_parser_of_another_package_says_its_lane():
    deployment = Deployment.read("acme=ocr,docling=cpu")
    assert (deployment.home("acme").lane, deployment.home("docling").lane) == (Lane.OCR, Lane.CPU)
    assert deployment.strangers == ("acme",)


@pytest.mark.parametrize("backends", ["acme", "acme=moon", "docling,=cpu"])
def test_what_has_no_lane_is_refused_at_start(backends):
    with pytest.raises(ValidationError, match="backends"):
        Settings(backends=backends)
