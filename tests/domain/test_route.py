from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.lanes import BACKENDS, BUILTIN, Deployment, Lane
from pdf_parser.domain.options import Mode
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.route import TABLE_RULES, route_page
from pdf_parser.settings import Settings


def page(kind: PageKind, **facts) -> PageProfile:
    return PageProfile(page=1, width=595, height=842, kind=kind, **facts)


HIDDEN_LAYER = page(PageKind.MIXED, chars=4000, hidden_chars=4000, image_coverage=1.0, images=1)


@pytest.mark.parametrize(
    ("profile", "parsers"),
    [
        (page(PageKind.DIGITAL, chars=900), ("pdfium",)),
        (page(PageKind.BLANK), ("pdfium",)),
        (page(PageKind.SCANNED, images=1), ("rapidocr", "tesseract", "pdfium")),
        (page(PageKind.GARBLED, chars=900, bad_chars=900), ("rapidocr", "tesseract", "pdfium")),
        (HIDDEN_LAYER, ("pdfium",)),
        (HIDDEN_LAYER.model_copy(update={"odd_share": 0.9}), ("rapidocr", "tesseract", "pdfium")),
        (page(PageKind.MIXED, chars=40, images=1), ("rapidocr", "tesseract", "pdfium")),  # a stamp on a scan
    ],
)
def test_the_kind_decides_the_chain(profile, parsers):
    assert route_page(profile, "auto").parsers == parsers


@pytest.mark.parametrize(
    ("engine", "parsers"),
    [("rapidocr", ("rapidocr", "pdfium")), ("tesseract", ("tesseract", "pdfium")), ("off", ("pdfium",))],
)
def test_the_setting_decides_the_engine(engine, parsers):
    route = route_page(page(PageKind.SCANNED), "auto", engine)
    assert route.parsers == parsers
    assert ("OCR is off" in route.reason) == (engine == "off")


def test_only_a_parser_that_was_asked_for_is_required():
    assert not route_page(page(PageKind.SCANNED), "auto").required
    assert route_page(page(PageKind.DIGITAL), "tesseract").required


def test_a_parser_that_was_asked_for_comes_first_and_once():
    assert route_page(page(PageKind.SCANNED), "tesseract").parsers == ("tesseract", "rapidocr", "pdfium")
    assert route_page(page(PageKind.DIGITAL), "tesseract").parsers == ("tesseract", "pdfium")
    assert route_page(page(PageKind.SCANNED), "pdfium").parsers == ("pdfium",)


def test_pages_for_ocr_make_small_shards():
    plain = route_page(page(PageKind.SCANNED), "auto", "off")
    assert route_page(page(PageKind.SCANNED), "auto").seconds_per_page > 10 * plain.seconds_per_page


# --- with back-ends -------------------------------------------------------------------------------------------------
ALL = Deployment.read("docling,marker,unstructured,deepseek-ocr,nanonets-ocr2,gemini")
DIGITAL, SCANNED = page(PageKind.DIGITAL, chars=900), page(PageKind.SCANNED, images=1)
TABLES = page(PageKind.DIGITAL, chars=900, rules=TABLE_RULES)


def ways(profile: PageProfile, mode: str, deployment: Deployment = ALL) -> tuple[str, ...]:
    """Lane, parsers there, lane of the rescue, parsers there."""
    route = route_page(profile, "auto", mode=mode, deployment=deployment)
    rescue = (route.rescue.lane.value, *route.rescue.parsers) if route.rescue else ()
    return (route.lane.value, *route.parsers, *rescue)


@pytest.mark.parametrize(
    ("profile", "mode", "expected"),
    [
        (DIGITAL, "balanced", ("docling", "docling", "pdfium", "marker", "marker")),
        (SCANNED, "balanced", ("docling", "docling", "pdfium", "marker", "marker")),
        (DIGITAL, "fast", ("cpu", "pdfium", "docling", "docling")),
        (SCANNED, "fast", ("cpu", "rapidocr", "tesseract", "pdfium", "docling", "docling")),
        (DIGITAL, "accurate", ("docling", "docling", "pdfium", "marker", "marker")),
        (SCANNED, "accurate", ("vlm", "deepseek-ocr", "nanonets-ocr2", "gemini", "pdfium", "docling", "docling")),
        (TABLES, "accurate", ("vlm", "nanonets-ocr2", "deepseek-ocr", "gemini", "pdfium", "docling", "docling")),
        (TABLES, "balanced", ("docling", "docling", "pdfium", "marker", "marker")),
        (page(PageKind.BLANK), "accurate", ("cpu", "pdfium")),
    ],
)
def test_the_mode_chooses_among_what_is_deployed(profile, mode, expected):
    assert ways(profile, mode) == expected


@pytest.mark.parametrize(
    ("backends", "expected"),
    [
        ("docling", ("docling", "docling", "pdfium", "cpu", "rapidocr", "tesseract")),
        ("unstructured", ("ocr", "unstructured", "pdfium", "cpu", "rapidocr", "tesseract")),
        ("gemini", ("cpu", "rapidocr", "tesseract", "pdfium")),
        ("acme=marker,docling", ("marker", "acme", "pdfium", "docling", "docling")),
    ],
)
def test_a_scan_goes_to_what_is_there_and_is_rescued_in_the_next_lane(backends, expected):
    assert ways(SCANNED, "balanced", Deployment.read(backends)) == expected


WHEELS = Deployment.read("docling", docling_on_wheels=True)


@pytest.mark.parametrize(
    ("profile", "deployment", "expected"),
    [
        (DIGITAL, WHEELS, ("cpu", "pdfium", "docling", "docling")),
        (SCANNED, WHEELS, ("docling", "docling", "pdfium", "cpu", "rapidocr", "tesseract")),
        (DIGITAL, replace(ALL, docling_on_wheels=True), ("marker", "marker", "pdfium", "docling", "docling")),
    ],
)
def test_on_the_models_of_wheels_docling_comes_behind_the_built_in_parser_for_text(profile, deployment, expected):
    assert ways(profile, "balanced", deployment) == expected
    assert Settings(_env_file=None, backends="docling").deployment() == WHEELS
    assert not Settings(_env_file=None, docling_artifacts_path="/models").deployment().docling_on_wheels


@pytest.mark.parametrize("engine", ["tesseract", "off"])
def test_docling_gets_no_pictures_that_rapidocr_may_not_read(engine):
    route = route_page(SCANNED, "auto", engine, deployment=Deployment.read("docling,unstructured"))
    assert (route.lane, route.parsers) == (Lane.OCR, ("unstructured", "pdfium"))
    assert route_page(DIGITAL, "auto", engine, deployment=Deployment.read("docling")).lane is Lane.DOCLING


def test_a_hint_wins_over_the_mode():
    route = route_page(SCANNED, "unstructured", mode="accurate", deployment=ALL)
    assert (route.lane, route.parsers, route.required) == (Lane.OCR, ("unstructured", "pdfium"), True)


@given(
    st.sampled_from(PageKind),
    st.sampled_from(get_args(Mode)),
    st.lists(st.sampled_from(sorted(BACKENDS)), unique=True),
    st.sampled_from(["auto", "pdfium", "tesseract", "marker"]),
    st.booleans(),
)
def test_every_way_ends_at_the_built_in_parser_and_leaves_its_lane_at_most_once(kind, mode, names, hint, on_wheels):
    deployment = Deployment.read(",".join(names), docling_on_wheels=on_wheels)
    route = route_page(page(kind, chars=100), hint, mode=mode, deployment=deployment)
    assert route.parsers[-1] == BUILTIN and route.parsers[0] == (hint if hint != "auto" else route.parsers[0])
    others = route.rescue.parsers if route.rescue else ()
    assert len({*route.parsers, *others}) == len(route.parsers) + len(others)
    assert {deployment.home(n).lane for n in route.parsers if n != BUILTIN} <= {route.lane}
    assert route.rescue is None or route.rescue.lane is not route.lane
