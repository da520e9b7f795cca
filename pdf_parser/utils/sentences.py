"""Where sentences end, by rule: enough to cut chunks at places that a reader would choose. Not a linguist."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSING = "\"'”’»›)\\]」』）】》"
_END = re.compile(
    rf"[.!?…؟।॥]+[{_CLOSING}]*"
    rf"|(?P<cjk>[。！？｡]+[{_CLOSING}]*)"  # Chinese and Japanese write no space after it
    r"|(?P<gap>\n[^\S\n]*(?=\n))"  # an empty line ends anything
)
_INK = re.compile(r"\S")
_LAST_WORD = re.compile(r"[^\s(\[“\"']+$")
_DOTTED = re.compile(r"(\w\.)+\w")
_LOOK_BACK = 24  # characters; longer than any short form

_ABBREVIATIONS = frozenset(
    # titles and names
    "mr mrs ms dr prof sr jr st rev hon gen col lt sgt capt mme mlle hr fr "
    # references
    "fig figs eq eqs ref refs sec sect ch chap no nos nr vol vols p pp ed eds app art arts abs par cf vgl al ibid "
    # short words
    "vs v e.g i.e z.b d.h u.a bzw ca approx est incl excl resp max min avg dept univ assn "
    # companies (a sentence may end there; cutting one sentence later does less harm than cutting a name)
    "inc ltd co corp bros cie "
    # months
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


def split_sentences(text: str) -> Iterator[str]:
    """Slices that make up `text` again when put together; each ends with the white space after its sentence."""
    start = 0
    for mark in _END.finditer(text):
        if mark.end() <= start:
            continue  # inside white space that already belongs to the slice before
        ink = _INK.search(text, mark.end())
        if ink is None:
            break
        if _is_border(text, start, mark, ink.start()):
            yield text[start : ink.start()]
            start = ink.start()
    if start < len(text):
        yield text[start:]


def _is_border(text: str, start: int, mark: re.Match[str], following: int) -> bool:
    if mark["cjk"] or mark["gap"]:
        return True
    if following == mark.end() or text[following].islower():  # 3.14, example.com, "approx. five"
        return False
    if mark.group().rstrip(_CLOSING) != ".":
        return True
    return not _is_short_form(text[max(start, mark.start() - _LOOK_BACK) : mark.start()])


def _is_short_form(before: str) -> bool:
    """`before` ends where the full stop stands: "see Fig", "J", "U.S", or the "12" of a numbered line."""
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found.group()
    if word.isdigit():
        return found.start() == 0 and len(word) <= 3
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or bool(_DOTTED.fullmatch(word))
