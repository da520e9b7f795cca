"""From the store to a folder of the user: everything that the manifest names."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.result import ResultManifest
from pdf_parser.storage.base import ObjectStore


def save_result(store: ObjectStore, key: CacheKey, folder: Path) -> ResultManifest:
    """Replaces what an earlier run left in `folder`; the manifest is written last. Raises ObjectNotFound."""
    manifest = ResultManifest.model_validate_json(store.get(layout.manifest(key)))
    _clear(folder)
    for name in [*(file.name for file in manifest.files), layout.MANIFEST]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open(layout.result(key, name)) as body, target.open("wb") as out:
            shutil.copyfileobj(body, out)
    return manifest


def result_folders(files: list[str], out: Path) -> list[Path]:
    """DIR/<file stem> for each file; the second file of the same stem becomes <stem>-2."""
    taken: set[str] = set()
    folders = []
    for file in files:
        stem = Path(file.partition("?")[0]).stem or "document"
        name, n = stem, 2
        while name in taken:
            name, n = f"{stem}-{n}", n + 1
        taken.add(name)
        folders.append(out / name)
    return folders


def _clear(folder: Path) -> None:
    """Deletes what the manifest of an earlier run names, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    old = folder / layout.MANIFEST
    if not old.is_file():
        return
    with suppress(ValidationError):
        for file in ResultManifest.model_validate_json(old.read_bytes()).files:
            (folder / file.name).unlink(missing_ok=True)
    old.unlink()
