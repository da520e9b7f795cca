"""The bullet or number that engines leave at the beginning of a list item's text."""

from __future__ import annotations

import re
from dataclasses import replace

from pdf_parser.parsers.markup.piece import Piece

_ENUMERATOR = re.compile(r"(?P<marker>\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})[.)]|[•●○◦■▪–—-])\s+(?=\S)")


def with_own_marker(item: Piece) -> Piece:
    """The marker out of the text, where there is one; links move with the text."""
    told = _ENUMERATOR.match(item.text)
    if told is None:
        return item
    by = told.end()
    moved = (link.model_copy(update={"start": link.start - by, "end": link.end - by}) for link in item.links)
    links = tuple(link for link in moved if link.start >= 0)
    return replace(item, marker=told["marker"], text=item.text[by:], links=links)
