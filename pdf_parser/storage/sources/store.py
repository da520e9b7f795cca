"""PDFs in our own store: store://work/uploads/<id>.pdf, as `POST /uploads` gives it, or store://sources/<sha256>.pdf."""

from __future__ import annotations

from pdf_parser.domain import layout
from pdf_parser.errors import InvalidOptions, ObjectNotFound, SourceNotFound, SourceUnavailable, StorageUnavailable
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pdf_parser.storage.sources.base import Facts, Intake

SCHEME = "store://"
CHUNK_BYTES = 1 << 20


class StoreSource:
    def check(self, url: str, settings: Settings) -> None:
        """Nothing else in the store can be named: results and records are not sources."""
        if not layout.is_readable_source(_key(url)):
            raise InvalidOptions("The source is not an upload. Send the URL that POST /uploads has given.")

    def look(self, url: str, settings: Settings, store: ObjectStore) -> Facts:
        """A PDF that is kept by its hash has it in its name."""
        info = store.head(_key(url))
        return Facts(info.size_bytes if info else None, layout.sha256_of_source(_key(url)))

    def read(self, url: str, intake: Intake, settings: Settings, store: ObjectStore) -> None:
        try:
            with store.open(_key(url)) as body:
                while chunk := body.read(CHUNK_BYTES):
                    intake.write(chunk)
        except ObjectNotFound as exc:
            raise SourceNotFound("The upload is not there: it was never finished, or has expired.") from exc
        except StorageUnavailable as exc:
            raise SourceUnavailable(str(exc)) from exc


def _key(url: str) -> str:
    return url.partition("://")[2]
