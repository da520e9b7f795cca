"""From a URL to bytes: the source is picked by its scheme."""

from __future__ import annotations

import re
from typing import BinaryIO

from pdf_parser.errors import InvalidOptions
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources.base import Facts, Intake, Source, SourceInfo
from pdf_parser.storage.sources.file import FileSource
from pdf_parser.storage.sources.http import HttpSource
from pdf_parser.storage.sources.s3 import S3Source
from pdf_parser.storage.sources.store import StoreSource

SOURCES: dict[str, Source] = {
    "s3": S3Source(),
    "https": HttpSource(),
    "http": HttpSource(),
    "file": FileSource(),
    "store": StoreSource(),
}


def accepted_schemes(settings: Settings) -> list[str]:
    return [name for name in SOURCES if name != "http" or settings.source_http]


def check_source_url(url: str, settings: Settings) -> None:
    """Raises what can be known without network: InvalidOptions, or SourceForbidden for a file outside the roots."""
    _source_of(url, settings).check(url, settings)


def fetch_source(url: str, target: BinaryIO, *, settings: Settings, store: ObjectStore) -> SourceInfo:
    """Streams the source into the open, empty file `target`, and hashes it on the way.

    Raises InvalidOptions, SourceNotFound, SourceForbidden, SourceTooLarge, SourceUnavailable or NotAPdf (a folder, a
    device). A failure of `target` itself is an OSError. After an error `target` may hold a part of the bytes.
    """
    source = _source_of(url, settings)
    source.check(url, settings)
    intake = Intake(target, settings.max_source_bytes)
    source.read(url, intake, settings, store)
    return intake.finish()


def look_at_source(url: str, *, settings: Settings, store: ObjectStore) -> Facts:
    """What is known of the bytes without fetching them. Raises what `fetch_source` raises."""
    source = _source_of(url, settings)
    source.check(url, settings)
    return source.look(url, settings, store)


def _source_of(url: str, settings: Settings) -> Source:
    scheme, separator, _ = url.partition("://")
    accepted = accepted_schemes(settings)
    if not separator or scheme.lower() not in accepted:
        forms = ", ".join(f"{name}://" for name in accepted)
        raise InvalidOptions(f"The source is not a URL that the service accepts. Use one of {forms}.")
    if re.search("[\x00-\x1f\x7f\ud800-\udfff]", url):
        raise InvalidOptions("The source URL has control characters or is no valid Unicode. Remove them.")
    return SOURCES[scheme.lower()]
