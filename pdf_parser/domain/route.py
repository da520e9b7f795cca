"""Where a page goes: decided from hint and profile, never from what happens to be installed where this runs."""

from __future__ import annotations

from pdf_parser.domain.options import AUTO
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.shard import Lane, Route

BUILTIN = "pdfium"

# Which OCR parsers a setting means, in the order in which they are tried where they are installed. RapidOCR comes with
# `pip install pdf-parser[ocr]` alone and reads more words right; Tesseract is cheaper (benchmarks/OCR.md).
OCR_PARSERS: dict[str, tuple[str, ...]] = {
    AUTO: ("rapidocr", "tesseract"),
    "rapidocr": ("rapidocr",),
    "tesseract": ("tesseract",),
    "off": (),
}

# Cost of a page in processor seconds, for sizing shards (benchmarks/OCR.md for OCR).
BUILTIN_S = 0.1
OCR_S = 3.0
BLANK_S = 0.02


def route_page(profile: PageProfile, parser: str, ocr_engine: str = AUTO) -> Route:
    """`parser` is "auto" or the name that the caller chose, which must then be there; `ocr_engine` is the setting.

    The chain always ends at the built-in parser.
    """
    if parser != AUTO:
        others = () if parser == BUILTIN else _chain(profile, ocr_engine)
        chain = (parser, *(name for name in others if name != parser))
        return _route(profile, chain, f"{parser} was asked for", required=True)
    chain = _chain(profile, ocr_engine)
    return _route(profile, chain, _why(profile, chain), required=False)


def needs_ocr(profile: PageProfile) -> bool:
    """A scan whose hidden text is sound is read from that text."""
    if profile.kind is PageKind.MIXED:
        return not (profile.has_hidden_layer and profile.has_sound_text)
    return profile.kind in (PageKind.SCANNED, PageKind.GARBLED)


def _chain(profile: PageProfile, ocr_engine: str) -> tuple[str, ...]:
    return (*OCR_PARSERS[ocr_engine], BUILTIN) if needs_ocr(profile) else (BUILTIN,)


def _why(profile: PageProfile, chain: tuple[str, ...]) -> str:
    if needs_ocr(profile):
        return f"{profile.kind.value} page" if len(chain) > 1 else f"{profile.kind.value} page, OCR is off"
    return "hidden text layer" if profile.kind is PageKind.MIXED else f"{profile.kind.value} page"


def _route(profile: PageProfile, chain: tuple[str, ...], reason: str, required: bool) -> Route:
    cost = BLANK_S if profile.kind is PageKind.BLANK else BUILTIN_S if chain[0] == BUILTIN else OCR_S
    return Route(lane=Lane.CPU, parsers=chain, required=required, seconds_per_page=cost, reason=reason)
