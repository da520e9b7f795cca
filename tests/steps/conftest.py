from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.settings import Settings
from pdf_parser.storage.folder import FolderStore
from steps.entrypoint import Context
from steps.progress import Progress


@pytest.fixture
def context(tmp_path: Path) -> Context:
    settings = Settings(source_file_roots=str(tmp_path), page_timeout_s=20)
    return Context(FolderStore(tmp_path / "store"), settings, Progress(tmp_path / "progress"))
