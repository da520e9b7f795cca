"""List items in Markdown: their markers, and how far each is indented so that it lies inside the one it belongs to."""

from __future__ import annotations

import re

from pdf_parser.export.text import one_line

_NUMBER = re.compile(r"\d{1,9}[.)]")
_BOXES = {"☐": "[ ] ", "☑": "[x] ", "☒": "[x] ", "[ ]": "[ ] ", "[x]": "[x] ", "[X]": "[x] "}


def markdown_marker(marker: str | None) -> tuple[str, str]:
    """(marker that Markdown knows, what must stay in the text): "•" → "-", ""; "(a)" → "-", "(a) "; "3." → "3.", ""."""
    marker = one_line(marker or "")
    if _NUMBER.fullmatch(marker):
        return marker, ""
    if marker in _BOXES:
        return "-", _BOXES[marker]
    is_bullet = not marker or (len(marker) == 1 and not marker.isalnum())
    return "-", "" if is_bullet else f"{marker} "


class ListIndent:
    """The list that is open: the column at which the text of each of its levels begins."""

    def __init__(self) -> None:
        self._columns: list[int] = [0]

    def place(self, marker: str, text: str, level: int | None) -> tuple[str, str]:
        """(separator, item) of the next item. `level` counts from 1; one deeper than the last item is the most."""
        is_first = len(self._columns) == 1
        depth = min(max(level or 1, 1), len(self._columns))
        is_deeper = depth == len(self._columns)
        column = self._columns[depth - 1]
        self._columns = [*self._columns[:depth], column + len(marker) + 1]
        body = text.replace("\n", "\n" + " " * self._columns[-1])
        # Only a list that begins with 1 may begin without an empty line before it (CommonMark §5.3).
        apart = is_first or (is_deeper and marker not in ("-", "1.", "1)"))
        return "\n\n" if apart else "\n", f"{' ' * column}{marker} {body}"
