"""GET /capabilities: what callers may ask for here."""

from __future__ import annotations


def lanes(api):
    return {parser["name"]: parser["lane"] for parser in api.get("/capabilities").json()["parsers"]}


def test_the_built_in_parsers_are_always_there(api):
    assert lanes(api) == {"pdfium": "cpu", "rapidocr": "cpu", "tesseract": "cpu"}


def test_deployed_back_ends_are_named_with_their_lanes(make_api):
    found = lanes(make_api(backends="docling,gemini,acme=ocr", docling_on_gpu=True))
    assert {name: found[name] for name in ("docling", "gemini", "acme")} == {
        "docling": "gpu",
        "gemini": "vlm",
        "acme": "ocr",
    }


def test_limits_modes_and_schemes_are_those_of_the_settings(make_api):
    body = make_api(max_pages=7, max_source_bytes="3MB", source_http=True).get("/capabilities").json()
    assert (body["limits"]["max_pages"], body["limits"]["max_source_bytes"]) == (7, 3_000_000)
    assert body["modes"] == ["fast", "balanced", "accurate"]
    assert {"s3", "https", "http"} <= set(body["source_schemes"])
    assert body["versions"]["pdf-parser"]
