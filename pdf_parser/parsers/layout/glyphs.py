"""Characters as the trade writes them: ligatures taken apart, accents set on their letters, overprints dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pdf_parser.parsers.layout.content import Word

LINE_END_HYPHEN = "\x02"  # PDFium's mark for a hyphen at a line's end
SOFT_HYPHEN = "\u00ad"
OVERPRINT = 0.25  # in font sizes: the same word this near is the same ink once more (bold faked by printing twice)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Symbol and Wingdings bullets in the private use area, as office programs write them.
_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf076": "❖", "\uf0fc": "✓", "\uf0a8": "□", "\uf06c": "●"}
_ACCENTS = {
    "`": "\u0300",
    "´": "\u0301",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "¯": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
    "¸": "\u0327",
    "˛": "\u0328",
}
_LOST_LIGATURE = re.compile(r"(?:(?<=[A-Za-z])|(?<![^\x03-\x1f]))[\x03-\x08\x0e-\x1f](?=([bcdghj-np-tv-xz])|[a-z])")
_PLAIN = {"ı": "i", "ȷ": "j"}

Rect = tuple[float, float, float, float]


def clean_char(char: str) -> str:
    """What a reader sees in its place; nothing for control characters."""
    if char < "\x7f":
        return char if char >= " " else "-" if char == LINE_END_HYPHEN else ""
    if char in _LIGATURES:
        return _LIGATURES[char]
    if char in _BULLETS:
        return _BULLETS[char]
    return "" if unicodedata.category(char) in ("Cc", "Cf") and char != SOFT_HYPHEN else char


def restore_ligatures(chars: str) -> str:
    """Characters of one word. A control character between letters is a ligature that its font has no code for.

    Before a consonant it is "fi" ("confirmed", "specific"); elsewhere it cannot be told from "fl" and "ff", and the
    reader shall see that something is missing.
    """
    return _LOST_LIGATURE.sub(lambda found: "fi" if found.group(1) else "\ufffd", chars)


def clean_word(text: str) -> str:
    """Composed (NFC), with soft hyphens only at its end."""
    if text.isascii():
        return text
    body = text[:-1].replace(SOFT_HYPHEN, "") + text[-1:]
    return unicodedata.normalize("NFC", body)


def is_accent(char: str) -> bool:
    return char in _ACCENTS


def stacks_on(chars: Sequence[tuple[str, Rect | None]]) -> str:
    """The text of characters with their boxes; a spacing accent printed over a letter becomes part of that letter."""
    out: list[str] = []
    pending = ""
    for i, (char, box) in enumerate(chars):
        if char in _ACCENTS:
            if i + 1 < len(chars) and _over(box, *chars[i + 1]):
                pending = _ACCENTS[char]
                continue
            if i and not pending and _over(box, *chars[i - 1]):
                out[-1] = _PLAIN.get(out[-1], out[-1]) + _ACCENTS[char]
                continue
        out.append((_PLAIN.get(char, char) if pending else char) + pending)
        pending = ""
    return "".join(out)


def _over(accent: Rect | None, letter: str, box: Rect | None) -> bool:
    if accent is None or box is None or not letter.isalpha():
        return False
    middle = (accent[0] + accent[2]) / 2
    return box[0] <= middle <= box[2]


def overprinted(words: Sequence[Word]) -> list[Word]:
    """The words without those that print a word again on the same place."""
    seen: dict[str, list[Word]] = {}
    kept = []
    for word in words:
        same = seen.setdefault(word.text, [])
        if not any(_on_top(word, other) for other in same[-50:]):
            same.append(word)
            kept.append(word)
    return kept


def _on_top(word: Word, other: Word) -> bool:
    near = OVERPRINT * min(word.size, other.size)
    return abs(word.x0 - other.x0) <= near and abs(word.y0 - other.y0) <= near and abs(word.x1 - other.x1) <= near
