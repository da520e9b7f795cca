from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hera.workflows.models import Workflow

from tests.pipelines.local.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Whatever the test did: the documents that it leaves are Argo's."""
    laboratory = Lab(tmp_path)
    yield laboratory
    for document in laboratory.documents():
        Workflow.model_validate(document)
    laboratory.close()
