"""Docling's RapidOCR stage on the models in RapidOCR's wheel, by onnxruntime: docling's own asks torch for a device."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.pipeline_options import RapidOcrOptions
from docling.models.base_ocr_model import BaseOcrModel
from docling.models.stages.ocr.rapid_ocr_model import RapidOcrModel

from pdf_parser.parsers.ocr.rapid_engine import load_rapidocr


class WheelOcrOptions(RapidOcrOptions):
    kind: ClassVar[str] = "pdf_parser_rapidocr"


class WheelOcr(RapidOcrModel):
    def __init__(
        self,
        enabled: bool,
        artifacts_path: Path | None,
        options: WheelOcrOptions,
        accelerator_options: AcceleratorOptions,
    ) -> None:
        """Raises ParserUnavailable."""
        BaseOcrModel.__init__(
            self,
            enabled=enabled,
            artifacts_path=artifacts_path,
            options=options,
            accelerator_options=accelerator_options,
        )
        self.scale = options.scale
        if enabled:
            self.reader = load_rapidocr(accelerator_options.num_threads)

    @classmethod
    def get_options_type(cls) -> type[WheelOcrOptions]:
        return WheelOcrOptions
