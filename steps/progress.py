"""Tells the engine how far a step is: "N/M" in $ARGO_PROGRESS_FILE."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Progress:
    """For a step alone N/M are its own units (pages); inside a stage they are percent of the run (`part`)."""

    path: Path | None = None
    before: int = 0
    weight: int | None = None
    whole: int = 100

    @classmethod
    def from_env(cls) -> Progress:
        path = os.environ.get("ARGO_PROGRESS_FILE")
        return cls(Path(path) if path else None)

    def part(self, before: int, weight: int, whole: int) -> Progress:
        """A step that stands for `weight` of the stage's `whole`, after steps that stood for `before`."""
        return Progress(self.path, before, weight, whole)

    def report(self, done: int, total: int) -> None:
        if self.path is None or total <= 0:
            return
        if self.weight is None:
            text = f"{done}/{total}"
        else:
            text = f"{self.before + self.weight * done // total}/{self.whole}"
        with suppress(OSError):  # progress is a courtesy: losing it must not lose the document
            self.path.write_text(text)

    def slice(self, index: int, count: int) -> Progress:
        """The part of this step that the `index`-th of `count` equal pieces stands for."""
        weight = self.weight or 0
        start = weight * index // count
        return Progress(self.path, self.before + start, weight * (index + 1) // count - start, self.whole)
