"""Where PDFs come from: one file per scheme, chosen in `fetch`."""

from pdf_parser.storage.sources.base import Facts, SourceInfo
from pdf_parser.storage.sources.fetch import accepted_schemes, check_source_url, fetch_source, look_at_source
from pdf_parser.storage.urls import redact_url

__all__ = [
    "Facts",
    "SourceInfo",
    "accepted_schemes",
    "check_source_url",
    "fetch_source",
    "look_at_source",
    "redact_url",
]
