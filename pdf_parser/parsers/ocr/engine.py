"""What every OCR engine can do. Engines know pictures and pixels; pages and points are the reader's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage


@dataclass(frozen=True, slots=True)
class OcrWord:
    """Characters without white space, in pixels, origin top-left. `confidence` 0..1; `line` counts lines from 0."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int


class OcrEngine(Protocol):
    """One loaded engine. `best_dpi` is where it reads ordinary body text best for its price."""

    best_dpi: int

    def read(self, image: GreyImage) -> list[OcrWord]:
        """Words line by line, each line from left to right; empty when nothing looks like text."""
        ...


def mean_confidence(words: list[OcrWord]) -> float:
    """0..1, every character counts the same; 0 without words."""
    chars = sum(len(w.text) for w in words)
    return sum(w.confidence * len(w.text) for w in words) / chars if chars else 0.0
