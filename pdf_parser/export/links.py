"""Links of a block: only schemes that cannot run anything, and addresses that cannot end what they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from pdf_parser.domain.document import Block
from pdf_parser.export.text import whole_characters

_ALLOWED = re.compile(r"(?:https?://|mailto:)[^\s/?#]", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0<>()\\\"'`{}|^]|\s")


def safe_uri(uri: str) -> str | None:
    """The address, percent-encoded where it needs to be; None unless it is http, https or mailto."""
    uri = whole_characters(uri.strip())
    if not _ALLOWED.match(uri):
        return None
    return _UNSAFE.sub(lambda found: quote(found.group(), safe=""), uri)


def linked_parts(block: Block) -> Iterator[tuple[str, str | None]]:
    """The text of a block in parts, each with the safe address that it points to.

    A link that overlaps an earlier one or lies outside the text is text; so is one whose text is its own address.
    """
    at = 0
    for link in sorted(block.links, key=lambda link: (link.start, -link.end)):
        text, uri = block.text[link.start : link.end], safe_uri(link.uri)
        if link.start < at or link.end > len(block.text) or not text.strip() or uri is None or text == link.uri:
            continue
        if link.start > at:
            yield block.text[at : link.start], None
        yield text, uri
        at = link.end
    if at < len(block.text):
        yield block.text[at:], None
