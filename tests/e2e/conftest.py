from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Settings of a service that lives in `tmp_path` alone."""
    return {
        **os.environ,
        "STORE_URL": (tmp_path / "store").as_uri(),
        "ENGINE_DB": str(tmp_path / "engine.sqlite"),
        "ENGINE_WORK_DIR": str(tmp_path / "engine"),
        "SOURCE_FILE_ROOTS": str(tmp_path),
        "SOURCE_HTTP": "true",
        "SOURCE_PRIVATE_NETWORKS": "127.0.0.1",
    }
