"""What the first characters of a line say about it: list item, caption, numbered title."""

from __future__ import annotations

import re

BULLETS = "•◦▪‣●○■□▶►➢❖✓✔∙·⁃–—*-"
_BULLET = re.compile(rf"^([{re.escape(BULLETS)}])\s+(?=\S)")
_ENUMERATOR = re.compile(r"^(\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\[\d{1,3}\])\s+(?=\S)")
_GLUED_BULLET = re.compile(r"^([•◦▪‣●■➢❖✓✔])(?=\w)")
_CAPTION = re.compile(
    r"^(?:figure|fig\.|table|tab\.|chart|exhibit|graph|plate|scheme|listing|algorithm|map|box|diagram|image|photo"
    r"|abbildung|abb\.|tabelle|tableau|figura|tabla|quadro)\s*"
    r"(?:[A-Z]?\d+(?:[.\-–]\d+)*[a-z]?(?:-[A-Z])?|[IVX]+|[A-Z])\s*(?P<after>[.:|–—)-]|$|(?=[A-Z“\"(]))",
    re.IGNORECASE,
)


def bullet_of(text: str) -> str | None:
    found = _BULLET.match(text) or _GLUED_BULLET.match(text)
    return found.group(1) if found else None


def enumerator_of(text: str) -> str | None:
    """ "1.", "(a)", "iv)", "[12]". May also be a sentence's end or an initial: the caller looks at the place."""
    found = _ENUMERATOR.match(text)
    return found.group(1) if found else None


def is_next(marker: str, following: str) -> bool:
    """Whether the second enumerator counts on from the first: "1)" and "2)", "b." and "c."."""
    a, b = marker.strip("()[]."), following.strip("()[].")
    if marker.replace(a, "") != following.replace(b, ""):
        return False
    if a.isdecimal() and b.isdecimal():
        return int(b) == int(a) + 1
    return len(a) == len(b) == 1 and ord(b) == ord(a) + 1


def is_caption(text: str) -> bool:
    """ "Figure 3: …" is one, "Figure 3 shows …" is not."""
    found = _CAPTION.match(text)
    if found is None:
        return False
    rest = text[found.end() :].lstrip()
    return bool(found.group("after")) or not rest or not rest[0].islower()
