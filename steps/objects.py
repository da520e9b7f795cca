"""What steps do with objects again and again."""

from __future__ import annotations

import hashlib
import shutil
from typing import BinaryIO

from pydantic import BaseModel

from pdf_parser.domain import layout
from pdf_parser.storage.base import ObjectStore

JSON = "application/json"
_PIECE = 1 << 20


def download_to(store: ObjectStore, key: str, file: BinaryIO) -> None:
    """Streams an object into an open file and makes it visible to whoever opens the file's path."""
    with store.open(key) as body:
        shutil.copyfileobj(body, file)
    file.flush()


def sha256_of(store: ObjectStore, key: str) -> str:
    digest = hashlib.sha256()
    with store.open(key) as body:
        while piece := body.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def delete_all(store: ObjectStore, prefix: str) -> None:
    """What an earlier attempt left below a prefix that ends in "/"."""
    for info in list(store.list(prefix)):
        store.delete(info.key)


def put_model(store: ObjectStore, key: str, model: BaseModel) -> None:
    """Compressed when it is large and only steps will read it; what is published stays plain."""
    store.put(key, model.model_dump_json().encode(), JSON, compress=layout.is_handed_on(key))
