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
    """Measurements of one page. Sizes in points after rotation; `image_coverage` 0..1 of the page area.

    `bad_chars` have no usable Unicode; `odd_share` (0..1) is that of the letters in lines that look like a cipher
    (`letters.py`). `rules` are the paths that are long and thin. `is_white`: no text, and what is drawn leaves no mark.
    """

    page: PositiveInt
    width: float
    height: float
    rotation: int = 0
    chars: NonNegativeInt = 0
    hidden_chars: NonNegativeInt = 0
    bad_chars: NonNegativeInt = 0
    odd_share: float = 0.0
    image_coverage: float = 0.0
    images: NonNegativeInt = 0
    paths: NonNegativeInt = 0
    rules: NonNegativeInt = 0
    is_white: bool = False
    note: str | None = None

    @property
    def has_sound_text(self) -> bool:
        """Whether the letters of the text layer can be trusted."""
        return self.bad_chars <= GARBLED_SHARE * self.chars and self.odd_share <= GARBLED_SHARE

    @property
    def has_hidden_layer(self) -> bool:
        """Whether somebody's OCR has put its text, invisible, behind the picture of a page."""
        return self.hidden_chars == self.chars >= SCAN_WITH_STAMP_CHARS


class PageProfile(PageFacts):
    kind: PageKind


def classify_page(facts: PageFacts) -> PageKind:
    """The kind of a page. `chars` counts visible and hidden ones without white space."""
    if facts.chars == 0:
        has_ink = (facts.images or facts.paths) and not facts.is_white
        return PageKind.SCANNED if has_ink else PageKind.BLANK
    if facts.hidden_chars == facts.chars and facts.image_coverage >= FULL_PAGE_IMAGE:
        return PageKind.MIXED
    if not facts.has_sound_text:
        return PageKind.GARBLED
    if facts.image_coverage >= FULL_PAGE_IMAGE and facts.chars - facts.hidden_chars < SCAN_WITH_STAMP_CHARS:
        return PageKind.MIXED
    return PageKind.DIGITAL


def profile_page(facts: PageFacts) -> PageProfile:
    return PageProfile(**facts.model_dump(), kind=classify_page(facts))
