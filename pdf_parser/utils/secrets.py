"""Passwords of PDFs. A request names a secret; the secret itself is in no parameter, log or record."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pdf_parser.errors import InvalidOptions
from pdf_parser.settings import Settings

_NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def pdf_password(ref: str | None, settings: Settings) -> str | None:
    """The password called `ref`: the file PDF_PASSWORD_DIR/<ref>, else the variable PDF_PASSWORD_<REF>.

    Raises InvalidOptions when nothing has that name.
    """
    if ref is None:
        return None
    if not _NAME.match(ref):
        raise InvalidOptions("password_ref is the name of a secret (letters, digits, _ and -), not a password.")
    if settings.pdf_password_dir and (path := Path(settings.pdf_password_dir) / ref).is_file():
        return path.read_text().rstrip("\n")
    value = os.environ.get(f"PDF_PASSWORD_{ref.upper().replace('-', '_')}")
    if value is None:
        raise InvalidOptions(f"There is no secret {ref!r}. Create it in PDF_PASSWORD_DIR or as PDF_PASSWORD_<REF>.")
    return value
