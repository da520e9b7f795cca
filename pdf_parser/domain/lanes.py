"""Lanes of the fan-out, and which back-end runs in which: a lane is an image and the resources that its pods ask for.

Said here and not by the parser classes, which cannot be imported everywhere: a page is planned where no back-end is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

BUILTIN = "pdfium"


class Lane(str, Enum):
    """`gpu` and `docling` are one image, with and without a device; `cpu` and `vlm` are that of the steps."""

    CPU = "cpu"
    GPU = "gpu"
    DOCLING = "docling"
    MARKER = "marker"
    OCR = "ocr"
    VLM = "vlm"


@dataclass(frozen=True)
class Home:
    """Where a parser runs, and processor seconds per page (of a VLM: seconds waited) for sizing shards."""

    lane: Lane
    seconds_per_page: float


# Ours, in the steps image: nothing has to be deployed for them. Seconds from benchmarks/OCR.md.
OWN: dict[str, Home] = {
    BUILTIN: Home(Lane.CPU, 0.1),
    "rapidocr": Home(Lane.CPU, 3.0),
    "tesseract": Home(Lane.CPU, 3.0),
}
# Those that the setting BACKENDS can name. Docling was measured (research/backends.md §1), the others are guessed.
BACKENDS: dict[str, Home] = {
    "docling": Home(Lane.DOCLING, 0.8),
    "marker": Home(Lane.MARKER, 3.0),
    "unstructured": Home(Lane.OCR, 3.0),
    "deepseek-ocr": Home(Lane.VLM, 4.0),
    "nanonets-ocr2": Home(Lane.VLM, 4.0),
    "gemini": Home(Lane.VLM, 4.0),
    "vlm": Home(Lane.VLM, 4.0),
}
STRANGER_S = 1.0


@dataclass(frozen=True)
class Deployment:
    """The back-ends that an installation has, by name; those of other packages (`strangers`) in order of preference.

    `docling_on_wheels`: Docling runs on the small models of wheels and not on those of its makers.
    """

    homes: Mapping[str, Home] = field(default_factory=dict)
    docling_on_wheels: bool = False

    @classmethod
    def read(cls, backends: str, docling_on_gpu: bool = False, docling_on_wheels: bool = False) -> Deployment:
        """`backends`: "docling,marker,…"; one of another package says its lane, "acme=ocr". Raises ValueError."""
        parts = [part.strip().partition("=") for part in backends.split(",") if part.strip()]
        return cls({name: _home(name, lane, docling_on_gpu) for name, _, lane in parts}, docling_on_wheels)

    @property
    def strangers(self) -> tuple[str, ...]:
        return tuple(name for name in self.homes if name not in BACKENDS)

    def deployed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.homes)

    def home(self, parser: str) -> Home:
        """Also of a parser that is not deployed: a caller may ask for it by name where it is installed all the same."""
        known = {**OWN, **BACKENDS, **self.homes}
        return known.get(parser, Home(Lane.CPU, STRANGER_S))

    def lacks(self, parser: str) -> bool:
        """Whether this is a back-end that needs deployment and has none."""
        return parser in BACKENDS and parser not in self.homes


def _home(name: str, lane: str, docling_on_gpu: bool) -> Home:
    if name and lane:
        return Home(Lane(lane), BACKENDS[name].seconds_per_page if name in BACKENDS else STRANGER_S)
    if name not in BACKENDS:
        known, lanes = ", ".join(BACKENDS), ", ".join(lane.value for lane in Lane)
        raise ValueError(f"{name!r} is none of {known}; say its lane, {name}=LANE, one of {lanes}")
    home = BACKENDS[name]
    return Home(Lane.GPU, home.seconds_per_page) if docling_on_gpu and home.lane is Lane.DOCLING else home
