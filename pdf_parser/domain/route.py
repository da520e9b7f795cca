"""Where a page goes: decided from hint, mode, profile and deployment, never from what is installed where this runs."""

from __future__ import annotations

from itertools import chain as joined

from pdf_parser.domain.lanes import BUILTIN, Deployment
from pdf_parser.domain.options import AUTO, BALANCED, Mode
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.domain.shard import Rescue, Route

# Which OCR parsers a setting means, in the order in which they are tried where they are installed. RapidOCR comes with
# `pip install pdf-parser[ocr]` alone and reads more words right; Tesseract is cheaper (benchmarks/OCR.md).
OCR_PARSERS: dict[str, tuple[str, ...]] = {
    AUTO: ("rapidocr", "tesseract"),
    "rapidocr": ("rapidocr",),
    "tesseract": ("tesseract",),
    "off": (),
}

# Back-ends in order of preference. Unstructured knows no layout of digital pages that the built-in parser does not.
DOCLING = "docling"
FOR_TEXT = (DOCLING, "marker")
FOR_PICTURES = (DOCLING, "marker", "unstructured")
DOCLING_READS_WITH = (AUTO, "rapidocr")  # values of OCR_ENGINE
VLM = ("deepseek-ocr", "nanonets-ocr2", "gemini")
VLM_FOR_TABLES = ("nanonets-ocr2", "deepseek-ocr", "gemini")  # writes tables as HTML, with spans (backends.md §4)

# So many rules make a page a table's or a form's; on the development corpus every sixth digital page has them.
TABLE_RULES = 8

BLANK_S = 0.02

NOBODY = Deployment()


def route_page(
    profile: PageProfile, parser: str, ocr_engine: str = AUTO, mode: Mode = BALANCED, deployment: Deployment = NOBODY
) -> Route:
    """`parser` is "auto" or the name that the caller chose, which must then be there; `ocr_engine` is the setting.

    The built-in parser is in every chain. What of it lives in the lane of the first parser is tried there, page
    by page; the next lane of the chain is where the page is rescued when it came out badly.
    """
    chain = () if parser == BUILTIN else _chain(profile, ocr_engine, mode, deployment)
    if parser != AUTO:
        return _route(profile, (parser, *chain), deployment, f"{parser} was asked for", required=True)
    return _route(profile, chain, deployment, _why(profile, mode, chain), required=False)


def needs_ocr(profile: PageProfile) -> bool:
    """A scan whose hidden text is sound is read from that text."""
    if profile.kind is PageKind.MIXED:
        return not (profile.has_hidden_layer and profile.has_sound_text)
    return profile.kind in (PageKind.SCANNED, PageKind.GARBLED)


def has_tables(profile: PageProfile) -> bool:
    return profile.rules >= TABLE_RULES


def _chain(profile: PageProfile, ocr_engine: str, mode: Mode, deployment: Deployment) -> tuple[str, ...]:
    """fast: our own first; balanced: the back-ends first; accurate: a VLM first where the text layer is not enough."""
    if profile.kind is PageKind.BLANK:
        return (BUILTIN,)
    is_picture = needs_ocr(profile)
    own = OCR_PARSERS[ocr_engine] if is_picture else (BUILTIN,)
    first, last = _for_pictures(ocr_engine, deployment) if is_picture else _for_text(deployment)
    if mode == "fast":
        return _once(own, first, last, (BUILTIN,))
    vlm = VLM_FOR_TABLES if has_tables(profile) else VLM
    dear = deployment.deployed(vlm) if mode == "accurate" and (is_picture or has_tables(profile)) else ()
    return _once(dear, first, own, last, (BUILTIN,))


def _for_text(deployment: Deployment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Back-ends before and behind the built-in parser.

    On the models of wheels Docling reads digital pages worse than the built-in parser does (.818 and .956), at ten
    times the cost (benchmarks/RESULTS.md): there it comes behind.
    """
    deployed = deployment.deployed(FOR_TEXT)
    behind = tuple(name for name in deployed if name == DOCLING and deployment.docling_on_wheels)
    return deployment.strangers + tuple(name for name in deployed if name not in behind), behind


def _for_pictures(ocr_engine: str, deployment: Deployment) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Docling only where RapidOCR may read them: it has no other engine."""
    deployed = deployment.deployed(FOR_PICTURES)
    able = tuple(name for name in deployed if name != DOCLING or ocr_engine in DOCLING_READS_WITH)
    return deployment.strangers + able, ()


def _once(*names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(joined(*names)))


def _why(profile: PageProfile, mode: Mode, chain: tuple[str, ...]) -> str:
    kind = f"{profile.kind.value} page"
    if needs_ocr(profile):
        return kind if len(chain) > 1 else f"{kind}, OCR is off"
    if profile.kind is PageKind.MIXED:
        return "hidden text layer"
    return f"{kind} with tables" if mode == "accurate" and has_tables(profile) else kind


def _route(profile: PageProfile, chain: tuple[str, ...], deployment: Deployment, reason: str, required: bool) -> Route:
    chain = _once(chain, (BUILTIN,))
    home = deployment.home(chain[0])
    here = tuple(name for name in chain if name == BUILTIN or deployment.home(name).lane is home.lane)
    return Route(
        lane=home.lane,
        parsers=here,
        required=required,
        seconds_per_page=BLANK_S if profile.kind is PageKind.BLANK else home.seconds_per_page,
        reason=reason,
        rescue=_rescue(tuple(name for name in chain if name not in here), deployment),
    )


def _rescue(others: tuple[str, ...], deployment: Deployment) -> Rescue | None:
    if not others:
        return None
    home = deployment.home(others[0])
    parsers = tuple(name for name in others if deployment.home(name).lane is home.lane)
    return Rescue(lane=home.lane, parsers=parsers, seconds_per_page=home.seconds_per_page)
