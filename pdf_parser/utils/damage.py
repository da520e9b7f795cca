"""Damaged files: what PDFium does not mend by itself, and what it hides.

PDFium rebuilds a broken cross-reference table, but only from a file that still has a trailer; and it shows a page whose
content cannot be decoded as an empty page. qpdf (through pikepdf) can tell the difference.
"""

from __future__ import annotations

import re
from pathlib import Path

_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
_OBJECT = re.compile(rb"(\d+)\s+(\d+)\s+obj\b")
_LONGEST_CATALOG = 4000  # bytes between "N G obj" and its /Type


def with_trailer(data: bytes) -> bytes | None:
    """A file that lost its end, with a trailer that points to its last catalog; None when it has no catalog either."""
    marks = list(_CATALOG.finditer(data))
    if not marks or b"/Encrypt" in data:
        return None
    at = marks[-1].start()
    headers = _OBJECT.findall(data, max(0, at - _LONGEST_CATALOG), at)
    if not headers:
        return None
    number, generation = (part.decode() for part in headers[-1])
    size = max(int(found[0]) for found in _OBJECT.findall(data)) + 1
    return data + f"\ntrailer\n<< /Size {size} /Root {number} {generation} R >>\nstartxref\n0\n%%EOF\n".encode()


def why_empty(path: Path, password: str | None, page_no: int) -> str | None:
    """Why a page on which nothing is drawn may have lost its content; None for a page that is simply blank."""
    import pikepdf

    try:
        with pikepdf.open(path, password=password or "") as pdf:
            page = pdf.pages[page_no - 1]
            page.contents_coalesce()
            content = page.obj.get("/Contents")
            if content is not None:
                content.read_bytes()
            damaged = any("damaged" in str(warning) for warning in pdf.get_warnings())
    except (pikepdf.PdfError, IndexError, ValueError, TypeError, AttributeError) as exc:
        return f"nothing can be drawn: {type(exc).__name__}"
    return "nothing can be drawn and the file is damaged" if damaged else None
