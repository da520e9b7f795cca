"""Secrets of the service: passwords of PDFs, keys of endpoints. They are in no parameter, log or record."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import SecretStr

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
    value = _secret(ref, settings.pdf_password_dir, "PDF_PASSWORD")
    if value is None:
        raise InvalidOptions(f"There is no secret {ref!r}. Create it in PDF_PASSWORD_DIR or as PDF_PASSWORD_<REF>.")
    return value


def vlm_api_key(name: str, settings: Settings) -> SecretStr | None:
    """The key of an endpoint: the file VLM_API_KEY_DIR/<name>, else the variable VLM_API_KEY_<NAME>; None without."""
    value = _secret(name, settings.vlm_api_key_dir, "VLM_API_KEY")
    return SecretStr(value) if value else None


def _secret(name: str, folder: str, prefix: str) -> str | None:
    if folder and (path := Path(folder) / name).is_file():
        return path.read_text().rstrip("\n")
    return os.environ.get(f"{prefix}_{name.upper().replace('-', '_')}")
