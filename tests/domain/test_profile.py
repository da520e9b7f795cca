from __future__ import annotations

import pytest

from pdf_parser.domain.profile import PageFacts, PageKind, classify_page


def facts(**measured) -> PageFacts:
    return PageFacts(page=1, width=595, height=842, **measured)


@pytest.mark.parametrize(
    ("measured", "kind"),
    [
        ({}, PageKind.BLANK),
        ({"images": 1, "image_coverage": 1.0}, PageKind.SCANNED),
        ({"images": 1, "image_coverage": 0.09}, PageKind.SCANNED),  # single_table.pdf: a small picture of text
        ({"paths": 400}, PageKind.SCANNED),  # letters drawn as outlines
        ({"chars": 3000}, PageKind.DIGITAL),
        ({"chars": 4807, "hidden_chars": 4807, "image_coverage": 1.0, "images": 1}, PageKind.MIXED),
        ({"chars": 2000, "image_coverage": 1.0, "images": 1}, PageKind.DIGITAL),  # text over a background picture
        ({"chars": 40, "image_coverage": 1.0, "images": 1}, PageKind.MIXED),  # a scan with a stamp
        ({"chars": 1000, "bad_chars": 400}, PageKind.GARBLED),
        ({"chars": 1000, "bad_chars": 20}, PageKind.DIGITAL),  # a few symbols in private-use code points
    ],
)
def test_kinds(measured, kind):
    assert classify_page(facts(**measured)) is kind
