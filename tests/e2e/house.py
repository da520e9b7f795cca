"""The whole DAG in one folder: a store, an embedded engine with our compiled templates, and the real steps."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.client import Submission, WorkflowDocument
from pipelines.compile import templates_dir
from pipelines.local.engine import Engine, Limits
from pipelines.resources import GPU_SEMAPHORES, VLM_SEMAPHORE
from tests.pipelines.local.lab import wait_until

ROOT = Path(__file__).parents[2]
SLOTS = dict.fromkeys((*GPU_SEMAPHORES, VLM_SEMAPHORE), 1)


@dataclass
class House:
    """Parses `document.pdf` of its folder. `interpreters` are paths of Python by image."""

    folder: Path
    interpreters: Mapping[str, Path] = field(default_factory=dict)

    def run(
        self, template: str, env: Mapping[str, str], options: str = "{}", timeout_s: float = 120
    ) -> WorkflowDocument:
        engine = Engine(
            self.folder / "engine.sqlite",
            self.folder / "engine",
            templates_dir(),
            Limits(parallelism=2, semaphores=SLOTS),
            env={**self._env(), **env},
            interpreters={image: str(path) for image, path in self.interpreters.items()},
        )
        try:
            source = {"source": (self.folder / "document.pdf").as_uri(), "options": options}
            engine.submit(Submission("run", template, source))
            wait_until(lambda: self._phase(engine) in ("Succeeded", "Failed", "Error"), timeout_s)
            return self._document(engine)
        finally:
            engine.close()

    def install(self, **parsers: str) -> None:
        """Parsers (name="module:Class") as another package would bring them."""
        installed = self._site / "strangers-1.0.dist-info"
        installed.mkdir(parents=True, exist_ok=True)
        (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1.0\n")
        points = "".join(f"{name} = {value}\n" for name, value in parsers.items())
        (installed / "entry_points.txt").write_text(f"[pdf_parser.parsers]\n{points}")

    def result(self, name: str) -> str:
        (path,) = (self.folder / "store").glob(f"results/*/*/{name}")
        return path.read_text()

    def ledger(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.result("pages.jsonl").splitlines()]

    def _env(self) -> dict[str, str]:
        return {
            "STORE_URL": (self.folder / "store").as_uri(),
            "SOURCE_FILE_ROOTS": str(self.folder),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{self._site}",
        }

    @property
    def _site(self) -> Path:
        return self.folder / "site"

    @staticmethod
    def _document(engine: Engine) -> WorkflowDocument:
        document = engine.get("run")
        assert document is not None
        return document

    def _phase(self, engine: Engine) -> str | None:
        phase: str | None = self._document(engine)["status"].get("phase")
        return phase
