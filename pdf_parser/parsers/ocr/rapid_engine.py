"""RapidOCR: the PP-OCR models as they lie in its wheel, run by onnxruntime. Nothing is downloaded, nothing is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.ocr.engine import OcrWord

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage

# What the accuracy needs and what it costs: benchmarks/OCR.md.
DETECTION_SIDE = 960  # pixels of the longer side on which lines are looked for; more on pages larger than A4
DETECTION_SHARE = 0.55
DETECTION_MODEL, READING_MODEL = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_ANY_SIDE = 100_000
_NARROWEST = 160  # pixels at a height of 48 to which a short word is padded; the library's 320 doubles table cells


class RapidOcrEngine:
    """Finds lines, then reads each. The models stay loaded as long as the engine lives.

    `detection_side` fixes the size at which lines are looked for; by itself the engine goes by the picture.
    """

    best_dpi = 150

    def __init__(self, threads: int, detection_side: int | None = None) -> None:
        self._ocr = load_rapidocr(threads)
        self._detection_side = detection_side

    def read(self, image: GreyImage) -> list[OcrWord]:
        import numpy as np

        by_itself = max(DETECTION_SIDE, round(max(image.shape) * DETECTION_SHARE))
        self._ocr.text_det.limit_side_len = self._detection_side or by_itself
        colours = np.repeat(image[:, :, None], 3, axis=2)
        result = self._ocr(colours, use_cls=False, return_word_box=True)
        lines = () if result.boxes is None else result.word_results
        return [word for i, line in enumerate(lines) for word in _words(line, i)]


def _words(line: Any, number: int) -> Iterator[OcrWord]:
    """RapidOCR's words of one line: (text, score, four corners)."""
    for text, score, corners in line:
        xs, ys = zip(*corners, strict=True)
        if text := str(text).strip():
            yield OcrWord(text, min(xs), min(ys), max(xs), max(ys), float(score), number)


def load_rapidocr(threads: int) -> Any:
    import numpy as np
    import rapidocr

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    models = Path(rapidocr.__file__).parent / "models"
    ocr = rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # the reader turns the whole page
            "Global.text_score": 0.0,  # doubtful words are kept with their confidence
            "Global.max_side_len": _ANY_SIDE,  # the reader bounds the picture
            "Det.model_path": _model(models / DETECTION_MODEL),
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "Rec.model_path": _model(models / READING_MODEL),
            "Rec.rec_batch_num": 1,  # as fast per line on a processor, and no padding to the longest
            "Rec.rec_img_shape": [3, 48, _NARROWEST],
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    ocr(np.full((64, 64, 3), 255, np.uint8))  # the library loads a model when it is first needed
    return ocr


def _model(path: Path) -> str:
    """A path that is given keeps RapidOCR from looking for the model, and from downloading it, by itself."""
    if not path.exists():
        raise ParserUnavailable(f"RapidOCR's model {path.name} is not in its package. Install rapidocr==3.10.0.")
    return str(path)
