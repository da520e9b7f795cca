"""What makes a block a heading: how it is set against the body text, and how it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pdf_parser.domain.document import Block, BlockKind

MAX_CHARS = 200
MAX_BOLD_CHARS = 150  # a whole paragraph may be bold
VERY_LARGE = 1.35  # size against the body text; so large is a heading even when it ends like a sentence
LARGE = 1.18
LARGE_BOLD = 1.07
SMALL_BOLD = 0.7  # bold type much smaller than the body is a label in a figure …
SMALL_BOLD_TITLE = 0.5  # … unless it has a number or is set in capitals
SAME_SIZE = 0.04  # sizes closer than this share are one
_NUMBER = re.compile(
    r"^(?:(?i:chapter|section|part|appendix|kapitel|abschnitt|teil|anhang|chapitre|annexe)\s+)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-Z](?:\.\d{1,3})+|[A-Z])(?P<end>[.):]?)\s+(?=[^\W\d_]|[\"“(])"
)
_LONE_NUMBER = re.compile(r"^(?:\d{1,3}|[IVX]{1,5})\.?$")
_CHAPTER = re.compile(r"^(?:chapter|part|appendix|kapitel|teil|anhang)\b", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|^\D*\s\d{1,4}$")  # a line of a table of contents
_SENTENCE_END = re.compile(r"[.,;]$")
_LIST_ENUMERATOR = re.compile(r"^\(?[\da-zA-Z]{1,4}[.)]$")


@dataclass(frozen=True, order=True)
class HeadingStyle:
    """How headings of one rank look. Ordered from the smallest rank to the greatest."""

    size: float
    bold: bool
    caps: bool


@dataclass(frozen=True)
class Body:
    """The type that most of the document is set in; `size` 0 when no parser told sizes."""

    size: float
    bold: bool


def heading_text(block: Block) -> str:
    """The text with the enumerator that a list item was relieved of."""
    return f"{block.marker} {block.text}" if block.marker else block.text


def heading_style(block: Block) -> HeadingStyle | None:
    """None when the block reads like no heading, whatever its type."""
    text = heading_text(block)
    if block.style is None or not reads_like_heading(block, text):
        return None
    return HeadingStyle(round(block.style.size, 1), block.style.bold, is_caps(text))


def reads_like_heading(block: Block, text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    if len(text) > MAX_CHARS or letters < 2 or letters < 0.4 * len(text.replace(" ", "")) or _is_data(text):
        return False
    if block.kind is BlockKind.LIST_ITEM and not _LIST_ENUMERATOR.match(block.marker or ""):
        return False
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.HEADING)


def _is_data(text: str) -> bool:
    """Labels and values of a chart: every other word is a number."""
    words = text.split()
    return len(words) >= 4 and sum(any(c.isdigit() for c in word) for word in words) >= 0.4 * len(words)


def is_lone_number(block: Block) -> bool:
    """The "2" that stands over the title of a chapter."""
    return block.kind is BlockKind.PARAGRAPH and _LONE_NUMBER.match(block.text) is not None


def is_caps(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def stands_out(style: HeadingStyle, text: str, body: Body) -> bool:
    """Whether a block that reads like a heading is set like one."""
    if not body.size:
        return False
    ratio = style.size / body.size
    if ratio >= VERY_LARGE:
        return True
    if text[:1].islower() or _LEADERS.search(text):
        return False
    numbered = numbering_depth(text) > 0
    if style.bold and ratio >= LARGE_BOLD:
        return True
    if _SENTENCE_END.search(text) and not numbered:
        return False
    if ratio >= LARGE:
        return True
    least = SMALL_BOLD_TITLE if numbered or style.caps else SMALL_BOLD
    return style.bold and not body.bold and ratio >= least and len(text) <= MAX_BOLD_CHARS


def numbering_depth(text: str) -> int:
    """1 for "2 Title" and "IV. Title", 3 for "2.1.4 Title", 0 without a number."""
    found = _NUMBER.match(text)
    if found is None:
        return 0
    number = found.group("number")
    if number.isalpha() and not found.group("end") and not _CHAPTER.match(text):
        return 0
    return number.count(".") + 1
