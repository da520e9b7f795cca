"""Text that grows while markup is read: white space squeezed as browsers do, line breaks only where they are said."""

from __future__ import annotations

import re

from pdf_parser.domain.document import Link

_WHITE_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_SAFE_SCHEMES = ("http://", "https://", "mailto:")


class RunningText:
    def __init__(self) -> None:
        self._text = ""
        self._links: list[Link] = []
        self._open: tuple[int, str] | None = None

    def add(self, data: str) -> None:
        text = _WHITE_SPACE.sub(" ", data)
        self._text += text.lstrip(" ") if not self._text or self._text[-1].isspace() else text

    def add_as_is(self, data: str) -> None:
        self._text += data

    def line_break(self) -> None:
        text = self._text.rstrip(" ")
        self._text = text + "\n" if text and not text.endswith("\n") else text

    def begin_link(self, uri: str | None) -> None:
        """Links to anywhere but the web and mail addresses are text only."""
        uri = (uri or "").strip()
        self._open = (len(self._text), uri) if uri.lower().startswith(_SAFE_SCHEMES) else None

    def end_link(self) -> None:
        if self._open is not None and self._open[0] < len(self._text):
            self._links.append(Link(start=self._open[0], end=len(self._text), uri=self._open[1]))
        self._open = None

    @property
    def text(self) -> str:
        return self._text.rstrip()

    @property
    def links(self) -> tuple[Link, ...]:
        end = len(self.text)
        cut = (link.model_copy(update={"end": min(link.end, end)}) for link in self._links)
        return tuple(link for link in cut if link.start < link.end)
