"""Bytes that were fetched before, filed under what their source calls them."""

from __future__ import annotations

from pydantic import Field

from pdf_parser.domain.base import Model


class KnownBytes(Model):
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
