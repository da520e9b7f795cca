"""What runs have left below work/ and nobody will come back for: `pdf-parser cleanup`, daily on a cluster.

Objects go folder by folder, when the newest of a folder is older than any run may last: then it belongs to a run that
has finished or was lost. Results, sources and task records are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.storage.base import ObjectStore


@dataclass(frozen=True)
class Cleaned:
    folders: int = 0
    objects: int = 0
    size_bytes: int = 0


def clean_work(store: ObjectStore, before: datetime, dry_run: bool = False) -> Cleaned:
    """Deletes the work folders in which nothing has changed since `before`. Interrupted, the next call goes on.

    Raises StorageUnavailable.
    """
    total = Cleaned()
    for owner, found in groupby(store.list(layout.WORK), key=lambda info: layout.work_owner(info.key)):
        objects = list(found)
        if max(info.modified_at for info in objects) >= before:
            continue
        size = sum(info.size_bytes for info in objects)
        logger.info("{}: {} objects, {} bytes", owner, len(objects), size)
        for info in objects if not dry_run else ():
            store.delete(info.key)
        total = Cleaned(total.folders + 1, total.objects + len(objects), total.size_bytes + size)
    return total
