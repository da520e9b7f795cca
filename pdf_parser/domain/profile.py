"""What a page looks like before it is parsed. `classify_page` decides from measurements alone."""

from __future__ import annotations

from enum import Enum

from pydantic import NonNegativeInt, PositiveInt

from pdf_parser.domain.base import Model

# A digital page may carry a few bad glyphs (bullets, logos in symbol fonts); measured in research/backends.md §7.
GARBLED_SHARE = 0.3
FULL_PAGE_IMAGE = 0.7
SCAN_WITH_STAMP_CHARS = 200


class PageKind(str, Enum):
    DIGITAL = "digital"
    SCANNED = "scanned"
    MIXED = "mixed"
    GARBLED = "garbled"
    BLANK = "blank"


class PageFacts(Model):
    """Measurements of one page. Sizes in points after rotation; `image_coverage` 0..1 of the page area."""

    page: PositiveInt
    width: float
    height: float
    rotation: int = 0
    chars: NonNegativeInt = 0
    hidden_chars: NonNegativeInt = 0
    bad_chars: NonNegativeInt = 0
    image_coverage: float = 0.0
    images: NonNegativeInt = 0
    paths: NonNegativeInt = 0
    note: str | None = None


class PageProfile(PageFacts):
    kind: PageKind


def classify_page(facts: PageFacts) -> PageKind:
    """The kind of a page. `chars` counts visible and hidden ones without white space."""
    if facts.chars == 0:
        return PageKind.SCANNED if facts.images or facts.paths else PageKind.BLANK
    if facts.hidden_chars == facts.chars and facts.image_coverage >= FULL_PAGE_IMAGE:
        return PageKind.MIXED
    if facts.bad_chars / facts.chars > GARBLED_SHARE:
        return PageKind.GARBLED
    if facts.image_coverage >= FULL_PAGE_IMAGE and facts.chars - facts.hidden_chars < SCAN_WITH_STAMP_CHARS:
        return PageKind.MIXED
    return PageKind.DIGITAL


def profile_page(facts: PageFacts) -> PageProfile:
    return PageProfile(**facts.model_dump(), kind=classify_page(facts))
